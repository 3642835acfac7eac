import {
  accessToken,
  type Connection,
  config,
  KeylaneError,
  registerPasskey,
  type Session,
  signIn,
  signInWithAutofill,
  signInWithHandle,
  signUp,
  stopAutofill,
  supportsPasskeys,
  verifyCode,
} from '@keylane/client';
import { LitElement, type PropertyValues } from 'lit';
import { connectionFor } from './connection-for.ts';
import { describeError, hasCode, isCancelled } from './describe-error.ts';
import { announce } from './events.ts';
import { LightField } from './light-field.ts';
import { type Note, type Step, signInCard } from './sign-in/views.ts';
import { controls } from './styles/controls.ts';
import { signInStyle } from './styles/sign-in.ts';
import { theme } from './styles/theme.ts';
import { type Texts, textsFor } from './texts/index.ts';

const CODE_LENGTH = 6;
const HANDLE = /^[^\s@]+@[^\s@]+$/;

/**
 * Signs a visitor in, or up, with a passkey.
 *
 * Attributes: `server` (address of the Keylane server; by default where this script came from),
 * `mode` (`sign-in` or `sign-up`), `heading-level` (2 by default), `autofocus`.
 * Events: `keylane-signed-in` with the session in `detail`, `keylane-error` with the
 * `KeylaneError`. A prompt that the visitor closed is no error.
 */
export class KeylaneSignIn extends LitElement {
  static override properties = {
    server: {},
    mode: {},
    headingLevel: { attribute: 'heading-level', type: Number },
    step: { state: true },
    busy: { state: true },
    note: { state: true },
    resendInS: { state: true },
    mailbox: { state: true },
  };
  static override styles = [theme, controls, signInStyle];

  declare server: string;
  declare mode: 'sign-in' | 'sign-up';
  declare headingLevel: number;
  declare protected step: Step;
  declare protected busy: boolean;
  declare protected note: Note | null;
  declare protected resendInS: number;
  declare protected mailbox: string | null;

  #handleField: LightField | undefined;
  #codeField: LightField | undefined;
  #signupId = '';
  #session: Session | null = null;
  #countdown: ReturnType<typeof setInterval> | undefined;
  #leaving = new AbortController();
  #offering = false;

  constructor() {
    super();
    this.server = '';
    this.mode = 'sign-in';
    this.headingLevel = 2;
    this.step = 'sign-in';
    this.busy = false;
    this.note = null;
    this.resendInS = 0;
    this.mailbox = null;
  }

  /** A fresh access token for calls to your own back end, on other origins than Keylane's own. */
  accessToken(): Promise<string> {
    return accessToken(this.#connection);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#leaving = new AbortController();
    this.#addFields();
    // Signed out by another element of the page: the way in is open again.
    document.addEventListener(
      'keylane-signed-out',
      () => {
        if (this.step === 'done') this.#show('sign-in');
      },
      { signal: this.#leaving.signal },
    );
    if (this.hasUpdated) this.#offerAutofill();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaving.abort();
    clearInterval(this.#countdown);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('mode')) this.step = this.mode === 'sign-up' ? 'sign-up' : 'sign-in';
  }

  protected override firstUpdated(): void {
    if (!supportsPasskeys()) this.#say('error', this.#texts.signIn.noPasskeySupport);
    if (this.hasAttribute('autofocus')) this.#focusStep();
    this.#offerAutofill();
  }

  protected override render() {
    return signInCard({
      texts: this.#texts.signIn,
      step: this.step,
      headingLevel: this.headingLevel,
      handle: this.#session?.user.handle ?? this.#handle,
      busy: this.busy,
      note: this.note,
      resendInS: this.resendInS,
      mailbox: this.mailbox,
      usePasskey: () => this.#usePasskey(),
      continueWithHandle: () => this.#continueWithHandle(),
      sendCode: () => this.#sendCode(),
      resendCode: () => this.#resendCode(),
      checkCode: () => this.#checkCode(),
      createPasskey: () => this.#createPasskey(),
      confirmExisting: () => this.#confirmExisting(),
      show: (step) => this.#show(step),
    });
  }

  get #connection(): Connection {
    return connectionFor(this.server);
  }

  get #texts(): Texts {
    return textsFor(this);
  }

  get #handle(): string {
    return this.#handleField?.value ?? '';
  }

  #addFields(): void {
    const texts = this.#texts.signIn;
    this.#handleField ??= new LightField(this, {
      slot: 'handle',
      type: 'email',
      autocomplete: 'username webauthn',
      inputMode: 'email',
      onInput: () => this.#handleField?.describe(''),
      onEnter: () => (this.step === 'sign-in' ? this.#continueWithHandle() : this.#sendCode()),
    });
    this.#handleField.label = texts.handleLabel;
    this.#handleField.input.placeholder = texts.handlePlaceholder;
    // Autofill that was answered in vain is offered anew when the visitor turns to the field.
    for (const event of ['focus', 'pointerdown'] as const) {
      this.#handleField.input.addEventListener(event, () => this.#offerAutofill(), {
        signal: this.#leaving.signal,
      });
    }
    this.#codeField ??= new LightField(this, {
      slot: 'code',
      type: 'text',
      autocomplete: 'one-time-code',
      inputMode: 'numeric',
      onInput: (input) => this.#codeTyped(input),
      onEnter: () => this.#checkCode(),
    });
    this.#codeField.label = texts.codeLabel;
  }

  async #offerAutofill(): Promise<void> {
    if (this.step !== 'sign-in' || this.busy || this.#offering) return;
    this.#offering = true;
    try {
      this.#done(await signInWithAutofill(this.#connection, { signal: this.#leaving.signal }));
    } catch (error) {
      if (!isCancelled(error) && !hasCode(error, 'unsupported') && !hasCode(error, 'network')) {
        this.#failed(error);
      }
    } finally {
      this.#offering = false;
    }
  }

  #usePasskey(): Promise<void> {
    const texts = this.#texts.signIn;
    return this.#prompt(texts.signInCancelled, async () => {
      this.#done(await signIn(this.#connection, { signal: this.#leaving.signal }));
    });
  }

  #continueWithHandle(): Promise<void> | void {
    if (!this.#handleTyped()) return;
    return this.#prompt(this.#texts.signIn.handleCancelled, async () => {
      const signal = this.#leaving.signal;
      this.#done(await signInWithHandle(this.#connection, this.#handle, { signal }));
    });
  }

  #sendCode(): Promise<void> | void {
    if (!this.#handleTyped()) return;
    return this.#task(async () => {
      await this.#askForCode();
      this.#codeField?.describe(this.#texts.signIn.codeHint);
      if (this.#codeField) this.#codeField.value = '';
      await this.#show('code');
    });
  }

  #resendCode(): Promise<void> {
    return this.#task(async () => {
      await this.#askForCode();
      this.#say('calm', this.#texts.signIn.codeResent);
      this.#codeField?.focus();
    });
  }

  async #askForCode(): Promise<void> {
    const sent = await signUp(this.#connection, this.#handle, { signal: this.#leaving.signal });
    this.#signupId = sent.signup_id;
    this.#countDown(sent.resend_after_s);
    const server = await config(this.#connection).catch(() => null);
    const readable = server?.development && server.mail === 'mailbox';
    this.mailbox = readable ? `${this.#connection.server}/dev/mailbox` : null;
  }

  #codeTyped(input: HTMLInputElement): void {
    const digits = input.value.replace(/\D/g, '').slice(0, CODE_LENGTH);
    if (input.value !== digits) input.value = digits;
    this.#codeField?.describe(this.#texts.signIn.codeHint);
    if (digits.length === CODE_LENGTH) this.#checkCode();
  }

  async #checkCode(): Promise<void> {
    const code = this.#codeField?.value ?? '';
    if (code.length !== CODE_LENGTH) {
      this.#codeField?.describe(this.#texts.signIn.codeIncomplete, true);
      this.#codeField?.focus();
      return;
    }
    await this.#task(async () => {
      try {
        const signal = this.#leaving.signal;
        this.#session = await verifyCode(this.#connection, this.#signupId, code, { signal });
      } catch (error) {
        if (!hasCode(error, 'code_refused')) throw error;
        this.#codeField?.describe(describeError(error, this.#texts), true);
        this.#codeField?.focus();
        announce(this, 'keylane-error', error as KeylaneError);
        return;
      }
      await this.#show('passkey');
    });
  }

  #createPasskey(): Promise<void> {
    return this.#prompt(this.#texts.signIn.createCancelled, async () => {
      try {
        const signal = this.#leaving.signal;
        const { session } = await registerPasskey(this.#connection, { signal });
        const opened = session ?? this.#session;
        if (opened) this.#done(opened);
      } catch (error) {
        if (!hasCode(error, 'step_up_required')) throw error;
        await this.#show('exists');
      }
    });
  }

  #confirmExisting(): Promise<void> {
    const handle = this.#session?.user.handle ?? this.#handle;
    return this.#prompt(this.#texts.signIn.signInCancelled, async () => {
      const signal = this.#leaving.signal;
      this.#done(await signInWithHandle(this.#connection, handle, { signal }));
    });
  }

  /** Runs one thing at a time; a second press while it runs does nothing. */
  async #task(run: () => Promise<void>, cancelled = ''): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.note = null;
    try {
      await run();
    } catch (error) {
      if (isCancelled(error)) this.#say('calm', cancelled);
      else this.#failed(error);
    } finally {
      this.busy = false;
    }
  }

  /** A task that opens the browser's passkey prompt. */
  async #prompt(cancelled: string, run: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    await this.#task(() => {
      this.#say('calm', this.#texts.signIn.promptOpen);
      return run();
    }, cancelled);
    if (this.note?.text === this.#texts.signIn.promptOpen) this.note = null;
    this.#offerAutofill();
  }

  async #show(step: Step): Promise<void> {
    if (step !== 'sign-in') await stopAutofill(this.#connection);
    this.step = step;
    this.note = null;
    this.#handleField?.describe('');
    await this.updateComplete;
    this.#focusStep();
    this.#offerAutofill();
  }

  #focusStep(): void {
    if (this.step === 'sign-in' || this.step === 'sign-up') this.#handleField?.focus();
    else if (this.step === 'code') this.#codeField?.focus();
    else this.renderRoot.querySelector<HTMLElement>('.heading')?.focus();
  }

  #done(session: Session): void {
    this.#session = session;
    clearInterval(this.#countdown);
    this.#show('done');
    announce(this, 'keylane-signed-in', session);
  }

  #failed(error: unknown): void {
    this.#say('error', describeError(error, this.#texts));
    if (error instanceof KeylaneError) announce(this, 'keylane-error', error);
    else reportError(error);
  }

  #say(tone: Note['tone'], text: string): void {
    this.note = text ? { tone, text } : null;
  }

  #handleTyped(): boolean {
    if (HANDLE.test(this.#handle)) return true;
    this.#handleField?.describe(this.#texts.signIn.handleMissing, true);
    this.#handleField?.focus();
    return false;
  }

  #countDown(seconds: number): void {
    clearInterval(this.#countdown);
    // By the clock: browsers slow the timers of a page in the background.
    const endsAtMs = performance.now() + seconds * 1000;
    this.resendInS = seconds;
    this.#countdown = setInterval(() => {
      this.resendInS = Math.max(0, Math.ceil((endsAtMs - performance.now()) / 1000));
      if (this.resendInS === 0) clearInterval(this.#countdown);
    }, 1000);
  }
}
