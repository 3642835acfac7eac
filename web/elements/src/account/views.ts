import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { passkeyIcon, shieldIcon, tickIcon, warningIcon } from '../icons.ts';
import type { AccountModel } from './model.ts';
import { passkeyCard } from './passkey-card.ts';
import { questionDialog } from './question.ts';
import { sessionRow } from './session-row.ts';

export function accountView(model: AccountModel): TemplateResult {
  return html`<section class="account" part="account" aria-busy=${model.phase === 'loading'}>
    ${model.phase === 'ready' ? ready(model) : instead(model)}
    <div class="status" role="status" part="status">${note(model)}</div>
  </section>
  ${questionDialog(model)}`;
}

function ready(model: AccountModel): TemplateResult {
  return html`${top(model)} ${nudge(model)} ${passkeys(model)} ${sessions(model)}`;
}

/** What is shown when there is no account to show. */
function instead(model: AccountModel): TemplateResult {
  const texts = model.texts.account;
  if (model.phase === 'loading') {
    return html`${heading(model, 0, texts.title)}<p class="lead">${texts.loading}</p>`;
  }
  if (model.phase === 'signed-out') {
    return html`<div class="group">
      ${heading(model, 0, texts.signedOutTitle)}<p class="lead">${texts.signedOut}</p>
    </div>`;
  }
  return html`${heading(model, 0, texts.title)}
    <div><button type="button" class="secondary" @click=${model.reload}>${texts.tryAgain}</button></div>`;
}

function top(model: AccountModel): TemplateResult {
  const texts = model.texts.account;
  const administrator = model.me?.user.role === 'administrator';
  return html`<div class="top">
    <div class="group-title">
      ${heading(model, 0, texts.title)}
      <div class="who">
        <span part="handle">${model.me?.user.handle}</span>
        ${administrator ? html`<span class="mark">${texts.administrator}</span>` : nothing}
      </div>
    </div>
    <button type="button" class="secondary" data-act="sign-out" @click=${model.signOut}>${texts.signOut}</button>
  </div>`;
}

function nudge(model: AccountModel): TemplateResult | typeof nothing {
  const texts = model.texts.account;
  if (model.passkeys.length > 1) return nothing;
  const none = model.passkeys.length === 0;
  return html`<div class="nudge" part="nudge">
    ${shieldIcon}
    <div>
      <strong>${none ? texts.firstTitle : texts.nudgeTitle}</strong>
      <p>${none ? texts.first : texts.nudge}</p>
    </div>
    ${none ? addButton(model, 'primary', texts.addFirst) : nothing}
  </div>`;
}

function passkeys(model: AccountModel): TemplateResult | typeof nothing {
  const texts = model.texts.account;
  if (model.passkeys.length === 0) return nothing;
  return html`<div class="group">
    <div class="grouphead">
      <div>
        ${heading(model, 1, texts.passkeysTitle, 'passkeys')}
        <p class="lead">${texts.passkeysLead}</p>
      </div>
      ${addButton(model, 'primary', texts.add)}
    </div>
    <ul aria-labelledby="passkeys">
      ${repeat(
        model.passkeys,
        (it) => it.id,
        (it) => passkeyCard(model, it),
      )}
    </ul>
  </div>`;
}

function sessions(model: AccountModel): TemplateResult {
  const texts = model.texts.account;
  return html`<div class="group">
    <div class="grouphead">
      <div>
        ${heading(model, 1, texts.sessionsTitle, 'sessions')}
        ${model.sessions.length > 1 ? html`<p class="lead">${texts.sessionsLead}</p>` : nothing}
      </div>
      <button
        type="button" class="secondary" data-act="sign-out-everywhere" aria-haspopup="dialog"
        @click=${() => model.ask({ kind: 'everywhere' })}>${texts.signOutEverywhere}</button>
    </div>
    <ul aria-labelledby="sessions">
      ${repeat(
        model.sessions,
        (it) => it.id,
        (it) => sessionRow(model, it),
      )}
    </ul>
  </div>`;
}

function addButton(model: AccountModel, rank: 'primary' | 'secondary', label: string) {
  return html`<button
    type="button" class=${rank} data-act="add" aria-disabled=${model.busy}
    @click=${model.addPasskey}>${passkeyIcon}<span>${label}</span></button>`;
}

function heading(model: AccountModel, below: 0 | 1, text: string, id?: string): TemplateResult {
  return html`<div
    class="heading ${below ? 'sub' : ''}" part="heading" role="heading"
    aria-level=${model.headingLevel + below} tabindex="-1" id=${id ?? nothing}>${text}</div>`;
}

function note({ note }: AccountModel): TemplateResult | typeof nothing {
  if (!note) return nothing;
  const mark = note.tone === 'error' ? warningIcon : tickIcon;
  return html`<div class="note ${note.tone}">${mark}<span>${note.text}</span></div>`;
}
