import { html, nothing, type TemplateResult } from 'lit';
import { passkeyIcon, warningIcon } from '../icons.ts';
import type { AccountModel, Question } from './model.ts';

interface Ask {
  title: string;
  body: readonly (string | null)[];
  keep: string;
  act: string;
  tone: 'primary' | 'danger-fill';
  warn?: true;
  run: () => void;
}

/** The one dialog of the page; the element opens and closes it. */
export function questionDialog(model: AccountModel): TemplateResult {
  const ask = model.question && askOf(model, model.question);
  return html`<dialog part="dialog" aria-labelledby="ask-title" aria-describedby="ask-body"
    @close=${model.closeQuestion} @click=${closeOnBackdrop}>
    ${ask ? askView(model, ask) : nothing}
  </dialog>`;
}

function askView(model: AccountModel, ask: Ask): TemplateResult {
  return html`<div class="ask">
    <h2 class="heading" id="ask-title" tabindex="-1">${ask.title}</h2>
    <div class="group" id="ask-body">
      ${ask.body.map((line, at) =>
        line === null
          ? nothing
          : ask.warn && at === 0
            ? html`<p class="note error">${warningIcon}<span>${line}</span></p>`
            : html`<p>${line}</p>`,
      )}
    </div>
    <div class="choices">
      <button type="button" class="secondary" data-choice="keep" autofocus @click=${close}>${ask.keep}</button>
      <button type="button" class=${ask.tone} data-choice="act" aria-disabled=${model.busy} @click=${ask.run}>
        ${ask.tone === 'primary' ? passkeyIcon : nothing}<span>${ask.act}</span>
      </button>
    </div>
  </div>`;
}

function askOf(model: AccountModel, question: Question): Ask {
  const { account: texts, confirm } = model.texts;
  switch (question.kind) {
    case 'everywhere':
      return {
        title: texts.everywhereTitle,
        body: [texts.everywhereBody],
        keep: texts.cancel,
        act: texts.everywhereConfirm,
        tone: 'danger-fill',
        run: model.signOutEverywhere,
      };
    case 'confirm':
      return {
        title: confirm.title,
        body: [confirm.body],
        keep: texts.cancel,
        act: confirm.action,
        tone: 'primary',
        run: model.confirmIdentity,
      };
    case 'remove':
      return removal(model, question);
  }
}

function removal(model: AccountModel, question: Question & { kind: 'remove' }): Ask {
  const texts = model.texts.account;
  const { passkey, last } = question;
  const current = passkey.current ? texts.removeCurrent : null;
  const base = { keep: texts.keep, tone: 'danger-fill' as const };
  if (last === 'no') {
    return {
      ...base,
      title: texts.removeTitle(passkey.nickname),
      body: [texts.removeBody, current],
      act: texts.removeConfirm,
      run: () => model.removePasskey(passkey, 'no'),
    };
  }
  if (last === 'warn') {
    return {
      ...base,
      title: texts.removeTitle(passkey.nickname),
      body: [texts.removeLast, current],
      act: texts.removeLastContinue,
      warn: true,
      run: () => model.ask({ kind: 'remove', passkey, last: 'confirm' }),
    };
  }
  return {
    ...base,
    title: texts.removeLastTitle,
    body: [texts.removeLastBody],
    act: texts.removeLastConfirm,
    warn: true,
    run: () => model.removePasskey(passkey, 'confirm'),
  };
}

function close(event: Event): void {
  (event.currentTarget as HTMLElement).closest('dialog')?.close();
}

function closeOnBackdrop(event: MouseEvent): void {
  if (event.target === event.currentTarget) (event.currentTarget as HTMLDialogElement).close();
}
