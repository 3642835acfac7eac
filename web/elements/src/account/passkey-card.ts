import type { Passkey } from '@keylane/client';
import { html, nothing, type TemplateResult } from 'lit';
import { calendarDate, exactTime, localeOf, timeAgo } from '../format-time.ts';
import { deviceIcon, keyIcon, syncedIcon } from '../icons.ts';
import type { AccountModel } from './model.ts';

export function passkeyCard(model: AccountModel, passkey: Passkey): TemplateResult {
  const texts = model.texts.account;
  const editing = model.renaming === passkey.id;
  return html`<li class="item" part="passkey" data-id=${passkey.id}>
    <span class="badge">${badge(passkey)}</span>
    ${
      editing
        ? renameForm(model, passkey)
        : html`<div class="name">
              <span>${passkey.nickname}</span>
              ${passkey.current ? html`<span class="mark">${texts.thisPasskey}</span>` : nothing}
            </div>
            ${facts(model, passkey)} ${actions(model, passkey)}`
    }
  </li>`;
}

function badge(passkey: Passkey): TemplateResult {
  if (passkey.synced) return syncedIcon;
  const builtIn = passkey.transports.length === 0 || passkey.transports.includes('internal');
  return builtIn ? deviceIcon : keyIcon;
}

function actions(model: AccountModel, passkey: Passkey): TemplateResult {
  const texts = model.texts.account;
  const last = model.passkeys.length === 1 ? 'warn' : 'no';
  return html`<div class="actions">
    <button
      type="button" class="quiet" data-act="rename" aria-label=${texts.renameOf(passkey.nickname)}
      @click=${() => model.startRename(passkey)}>${texts.rename}</button>
    <button
      type="button" class="quiet danger" data-act="remove" aria-haspopup="dialog"
      aria-label=${texts.removeOf(passkey.nickname)}
      @click=${() => model.ask({ kind: 'remove', passkey, last })}>${texts.remove}</button>
  </div>`;
}

function facts(model: AccountModel, passkey: Passkey): TemplateResult {
  const texts = model.texts.account;
  const locale = localeOf(model.texts.language);
  const made = calendarDate(passkey.created_at_ms, locale);
  const used = passkey.last_used_at_ms;
  const provider = passkey.provider !== passkey.nickname ? passkey.provider : null;
  return html`<div class="facts">
    <p>
      ${provider ? html`<span>${provider}</span>` : nothing}
      <span>${passkey.synced ? texts.synced : texts.deviceBound}</span>
    </p>
    <p>
      <span>${passkey.created_in ? texts.madeIn(made, passkey.created_in) : texts.made(made)}</span>
      ${
        used === null
          ? html`<span>${texts.neverUsed}</span>`
          : html`<span title=${exactTime(used, locale)}>${texts.lastUsed(timeAgo(used, locale, texts.justNow))}</span>`
      }
    </p>
  </div>`;
}

function renameForm(model: AccountModel, passkey: Passkey): TemplateResult {
  const texts = model.texts.account;
  const id = `name-${passkey.id}`;
  const save = (event: Event) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    model.saveName(passkey, (form.querySelector('input')?.value ?? '').trim());
  };
  const leave = (event: KeyboardEvent) => {
    if (event.key === 'Escape') model.cancelRename();
  };
  return html`<form class="rename" novalidate @submit=${save} @keydown=${leave}>
    <label for=${id}>${texts.renameLabel}</label>
    <div class="row">
      <span class="box"><input
        id=${id} type="text" maxlength="64" autocomplete="off" .defaultValue=${passkey.nickname}
        aria-invalid=${model.renameWrong ? 'true' : nothing} aria-describedby="${id}-wrong"></span>
      <button type="submit" class="primary" aria-disabled=${model.busy}>${texts.save}</button>
      <button type="button" class="secondary" @click=${model.cancelRename}>${texts.cancel}</button>
    </div>
    <p class="wrong" id="${id}-wrong" aria-live="polite">${model.renameWrong ? texts.renameEmpty : ''}</p>
  </form>`;
}
