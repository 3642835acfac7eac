import { html, nothing, type TemplateResult } from 'lit';
import { checkIcon, passkeyIcon, tickIcon, warningIcon } from '../icons.ts';
import type { SignInTexts } from '../texts/texts.ts';

export type Step = 'sign-in' | 'sign-up' | 'code' | 'passkey' | 'exists' | 'done';

export interface Note {
  tone: 'calm' | 'error';
  text: string;
}

/** What the views show, and what they can ask for. */
export interface SignInModel {
  texts: SignInTexts;
  step: Step;
  headingLevel: number;
  handle: string;
  busy: boolean;
  note: Note | null;
  resendInS: number;
  /** Where codes can be read in development mode, else null. */
  mailbox: string | null;
  usePasskey: () => void;
  continueWithHandle: () => void;
  sendCode: () => void;
  resendCode: () => void;
  checkCode: () => void;
  createPasskey: () => void;
  confirmExisting: () => void;
  show: (step: Step) => void;
}

export function signInCard(model: SignInModel): TemplateResult {
  return html`<section class="card" part="card" aria-busy=${model.busy}>${VIEWS[model.step](model)}</section>`;
}

const VIEWS: Record<Step, (model: SignInModel) => TemplateResult> = {
  'sign-in': signInView,
  'sign-up': signUpView,
  code: codeView,
  passkey: passkeyView,
  exists: existsView,
  done: doneView,
};

function signInView(model: SignInModel): TemplateResult {
  const { texts } = model;
  return html`
    ${head(model, texts.signInTitle, texts.signInLead)} ${note(model)}
    ${button(model, 'primary', texts.withPasskey, model.usePasskey, true)}
    <div class="or" part="divider">${texts.or}</div>
    ${field('handle')} ${button(model, 'secondary', texts.continue, model.continueWithHandle)}
    <p class="foot">
      ${texts.noAccount}
      ${link(texts.createAccount, () => model.show('sign-up'))}
    </p>
  `;
}

function signUpView(model: SignInModel): TemplateResult {
  const { texts } = model;
  return html`
    ${head(model, texts.signUpTitle, texts.signUpLead)} ${note(model)} ${field('handle')}
    ${button(model, 'primary', texts.sendCode, model.sendCode)}
    ${haveAccount(model)}
  `;
}

function haveAccount({ texts, show }: SignInModel): TemplateResult {
  return html`<p class="foot">
    ${texts.haveAccount} ${link(texts.signInTitle, () => show('sign-in'))}
  </p>`;
}

function codeView(model: SignInModel): TemplateResult {
  const { texts, resendInS } = model;
  const waiting = resendInS > 0;
  const codeLead = html`${texts.codeLead} <strong class="handle">${model.handle}</strong>`;
  return html`
    ${head(model, texts.codeTitle, codeLead)} ${note(model)} ${field('code')}
    ${button(model, 'primary', texts.codeSubmit, model.checkCode)}
    ${
      model.mailbox
        ? html`<p class="hint" part="hint">
            ${texts.developmentHint}<br />
            <a href=${model.mailbox} target="_blank" rel="noopener">${texts.developmentLink}</a>
          </p>`
        : nothing
    }
    <p class="foot apart">
      ${link(
        waiting ? texts.codeResendIn(resendInS) : texts.codeResend,
        waiting ? () => undefined : model.resendCode,
        waiting,
      )}
      ${link(texts.otherAddress, () => model.show('sign-up'))}
    </p>
    ${haveAccount(model)}
  `;
}

function passkeyView(model: SignInModel): TemplateResult {
  const { texts } = model;
  return html`
    ${head(model, texts.passkeyTitle, texts.passkeyLead, passkeyIcon)}
    <ul class="facts">
      ${texts.passkeyFacts.map((fact) => html`<li>${tickIcon}<span>${fact}</span></li>`)}
    </ul>
    ${note(model)} ${button(model, 'primary', texts.passkeyCreate, model.createPasskey)}
  `;
}

function existsView(model: SignInModel): TemplateResult {
  const { texts } = model;
  return html`
    ${head(model, texts.existsTitle, texts.existsLead(model.handle), passkeyIcon)} ${note(model)}
    ${button(model, 'primary', texts.existsConfirm, model.confirmExisting, true)}
    <p class="foot">${link(texts.otherAddress, () => model.show('sign-up'))}</p>
  `;
}

function doneView(model: SignInModel): TemplateResult {
  const { texts } = model;
  return html`${head(model, texts.doneTitle, texts.doneAs(model.handle), checkIcon)} ${note(model)}`;
}

function head(model: SignInModel, title: string, lead: unknown, emblem?: unknown): TemplateResult {
  return html`<div class="head">
    ${emblem ? html`<span class="emblem" part="emblem">${emblem}</span>` : nothing}
    <div class="heading" part="heading" role="heading" aria-level=${model.headingLevel} tabindex="-1">
      ${title}
    </div>
    <p class="lead" part="lead">${lead}</p>
  </div>`;
}

/** Always in the page, empty or not: screen readers announce changes of a region they know. */
function note({ note }: SignInModel): TemplateResult {
  const mark = note?.tone === 'error' ? warningIcon : nothing;
  return html`<div class="note ${note?.tone ?? ''}" part="status" role="status"
    >${note ? html`${mark}<span>${note.text}</span>` : nothing}</div>`;
}

function field(slot: string): TemplateResult {
  return html`<div class="field" part="field">
    <slot name="${slot}-label"></slot>
    <span class="box" part="input"><slot name=${slot}></slot></span>
    <slot name="${slot}-message"></slot>
  </div>`;
}

function button(
  model: SignInModel,
  rank: 'primary' | 'secondary',
  label: string,
  act: () => void,
  withIcon = false,
): TemplateResult {
  return html`<button
    type="button" class="wide ${rank}" part="button button-${rank}" aria-disabled=${model.busy}
    @click=${act}>${withIcon ? passkeyIcon : nothing}<span>${label}</span></button>`;
}

function link(label: string, act: () => void, waiting = false): TemplateResult {
  return html`<button
    type="button" class="link" part="link" aria-disabled=${waiting ? 'true' : nothing}
    @click=${act}>${label}</button>`;
}
