import {
  type Connection,
  endSession,
  KeylaneError,
  listPasskeys,
  listSessions,
  type Me,
  me,
  type Passkey,
  registerPasskey,
  removePasskey,
  renamePasskey,
  type SessionInfo,
  signInWithHandle,
  signOut,
  signOutEverywhere,
} from '@keylane/client';
import { LitElement } from 'lit';
import type { Phase, Question } from './account/model.ts';
import { accountView } from './account/views.ts';
import { connectionFor } from './connection-for.ts';
import { describeError, hasCode, isCancelled } from './describe-error.ts';
import { announce } from './events.ts';
import type { Note } from './sign-in/views.ts';
import { accountStyle } from './styles/account.ts';
import { controls } from './styles/controls.ts';
import { theme } from './styles/theme.ts';
import { type Texts, textsFor } from './texts/index.ts';

const NICKNAME_LENGTH_MAX = 64;
const CALM_NOTE_MS = 10_000;

/**
 * A person's passkeys and sessions, and what they can do with them.
 *
 * Attributes: `server` (address of the Keylane server; by default where this script came from),
 * `heading-level` (2 by default).
 * Events: `keylane-signed-out` when the session has ended, by a button here or elsewhere;
 * `keylane-error` with the `KeylaneError`.
 */
export class KeylaneAccount extends LitElement {
  static override properties = {
    server: {},
    headingLevel: { attribute: 'heading-level', type: Number },
    phase: { state: true },
    passkeys: { state: true },
    sessions: { state: true },
    renaming: { state: true },
    renameWrong: { state: true },
    question: { state: true },
    busy: { state: true },
    note: { state: true },
  };
  static override styles = [theme, controls, accountStyle];

  declare server: string;
  declare headingLevel: number;
  declare protected phase: Phase;
  declare protected passkeys: Passkey[];
  declare protected sessions: SessionInfo[];
  declare protected renaming: string | null;
  declare protected renameWrong: boolean;
  declare protected question: Question | null;
  declare protected busy: boolean;
  declare protected note: Note | null;

  #me: Me | null = null;
  #leaving = new AbortController();

  constructor() {
    super();
    this.server = '';
    this.headingLevel = 2;
    this.phase = 'loading';
    this.passkeys = [];
    this.sessions = [];
    this.renaming = null;
    this.renameWrong = false;
    this.question = null;
    this.busy = false;
    this.note = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    document.addEventListener('keylane-signed-in', () => this.reload(), { signal });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaving.abort();
  }

  /** Reads everything from the server again. It does so by itself when somebody signs in on the page. */
  async reload(): Promise<void> {
    try {
      await this.#load();
      this.phase = 'ready';
    } catch (error) {
      if (this.phase !== 'ready') this.phase = 'failed';
      this.#failed(error);
    }
  }

  protected override firstUpdated(): void {
    this.reload();
  }

  protected override updated(): void {
    const dialog = this.renderRoot.querySelector('dialog');
    if (this.question && !dialog?.open) dialog?.showModal();
    if (!this.question && dialog?.open) dialog.close();
  }

  protected override render() {
    return accountView({
      texts: this.#texts,
      headingLevel: this.headingLevel,
      phase: this.phase,
      me: this.#me,
      passkeys: this.passkeys,
      sessions: this.sessions,
      renaming: this.renaming,
      renameWrong: this.renameWrong,
      question: this.question,
      busy: this.busy,
      note: this.note,
      reload: () => this.reload(),
      signOut: () => this.#signOut(),
      addPasskey: () => this.#addPasskey(),
      startRename: (passkey) => this.#startRename(passkey),
      saveName: (passkey, nickname) => this.#saveName(passkey, nickname),
      cancelRename: () => this.#endRename(),
      ask: (question) => this.#ask(question),
      removePasskey: (passkey, last) => this.#removePasskey(passkey, last),
      endSession: (session) => this.#endSession(session),
      signOutEverywhere: () => this.#signOutEverywhere(),
      confirmIdentity: () => this.#confirmIdentity(),
      closeQuestion: () => this.#closeQuestion(),
    });
  }

  get #connection(): Connection {
    return connectionFor(this.server);
  }

  get #texts(): Texts {
    return textsFor(this);
  }

  async #load(): Promise<void> {
    const [who, passkeys, sessions] = await Promise.all([
      me(this.#connection),
      listPasskeys(this.#connection),
      listSessions(this.#connection),
    ]);
    this.#me = who;
    this.passkeys = passkeys;
    this.sessions = sessions;
  }

  #signOut(): Promise<void> {
    return this.#task(async () => {
      await signOut(this.#connection);
      this.#signedOut();
    });
  }

  #signOutEverywhere(): Promise<void> {
    return this.#task(async () => {
      this.question = null;
      await signOutEverywhere(this.#connection);
      this.#signedOut();
    });
  }

  #addPasskey(): Promise<void> {
    return this.#task(async () => {
      this.#say('calm', this.#texts.signIn.promptOpen);
      const { passkey } = await registerPasskey(this.#connection);
      await this.#load();
      this.#say('calm', this.#texts.account.added(passkey.nickname));
    }, this.#texts.account.createCancelled);
  }

  async #startRename(passkey: Passkey): Promise<void> {
    this.renaming = passkey.id;
    this.renameWrong = false;
    await this.updateComplete;
    this.#find(passkey.id, 'input')?.focus();
    this.#find<HTMLInputElement>(passkey.id, 'input')?.select();
  }

  async #saveName(passkey: Passkey, nickname: string): Promise<void> {
    this.renameWrong = nickname.length === 0 || nickname.length > NICKNAME_LENGTH_MAX;
    if (this.renameWrong) {
      this.#find(passkey.id, 'input')?.focus();
      return;
    }
    await this.#task(async () => {
      const renamed = await renamePasskey(this.#connection, passkey.id, nickname);
      this.passkeys = this.passkeys.map((it) => (it.id === renamed.id ? renamed : it));
      await this.#endRename();
      this.sessions = await listSessions(this.#connection);
      this.#say('calm', this.#texts.account.renamed(renamed.nickname));
    });
  }

  async #endRename(): Promise<void> {
    const id = this.renaming;
    this.renaming = null;
    await this.updateComplete;
    if (id) this.#find(id, '[data-act="rename"]')?.focus();
  }

  #removePasskey(passkey: Passkey, last: 'no' | 'warn' | 'confirm'): Promise<void> {
    return this.#task(async () => {
      this.question = null;
      try {
        const confirmed = last === 'confirm' ? ({ last: 'confirm' } as const) : {};
        await removePasskey(this.#connection, passkey.id, confirmed);
      } catch (error) {
        // Another one was removed elsewhere meanwhile: now it is the last.
        if (!hasCode(error, 'last_passkey')) throw error;
        this.#ask({ kind: 'remove', passkey, last: 'warn' });
        return;
      }
      await this.#load();
      this.#say('calm', this.#texts.account.removed(passkey.nickname));
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>('#passkeys, .heading')?.focus();
    });
  }

  #endSession(session: SessionInfo): Promise<void> {
    return this.#task(async () => {
      await endSession(this.#connection, session.id);
      this.sessions = await listSessions(this.#connection);
      const device = session.device || this.#texts.account.unknownDevice;
      this.#say('calm', this.#texts.account.sessionEnded(device));
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>('#sessions')?.focus();
    });
  }

  /**
   * Runs one thing at a time. When the server wants a fresh proof first, the visitor is asked for a
   * passkey, and then it runs again.
   */
  async #task(run: () => Promise<void>, cancelled = ''): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.note = null;
    try {
      await run().catch(async (error: unknown) => {
        if (!hasCode(error, 'step_up_required')) throw error;
        this.note = null;
        if ((await this.#askForProof()) === 'yes') await run();
      });
    } catch (error) {
      if (isCancelled(error)) this.#say('calm', cancelled);
      else this.#failed(error);
    } finally {
      this.busy = false;
    }
  }

  #askForProof(): Promise<'yes' | 'no'> {
    this.busy = false;
    return new Promise((answer) => this.#ask({ kind: 'confirm', answer }));
  }

  async #confirmIdentity(): Promise<void> {
    const question = this.question;
    const before = this.#me?.user;
    if (question?.kind !== 'confirm' || !before || this.busy) return;
    this.busy = true;
    try {
      const session = await signInWithHandle(this.#connection, before.handle);
      if (session.user.id !== before.id) {
        this.#say('error', this.#texts.confirm.otherAccount);
        await this.#load();
        return;
      }
      question.answer('yes');
    } catch (error) {
      if (isCancelled(error)) this.#say('calm', this.#texts.confirm.cancelled);
      else this.#failed(error);
    } finally {
      this.question = null;
      question.answer('no');
    }
  }

  async #ask(question: Question): Promise<void> {
    const asking = this.question !== null;
    this.note = null;
    this.question = question;
    if (!asking) return;
    // A second question in the open dialog: it is read out, and the key that answered the first
    // does not answer this one.
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('#ask-title')?.focus();
  }

  #closeQuestion(): void {
    if (this.question?.kind === 'confirm' && !this.busy) this.question.answer('no');
    this.question = null;
  }

  #signedOut(): void {
    this.phase = 'signed-out';
    this.#me = null;
    this.passkeys = [];
    this.sessions = [];
    this.note = null;
    this.question = null;
    announce(this, 'keylane-signed-out', null);
  }

  #failed(error: unknown): void {
    if (hasCode(error, 'session_required') || hasCode(error, 'refresh_refused')) {
      this.#signedOut();
      return;
    }
    this.#say('error', describeError(error, this.#texts));
    if (error instanceof KeylaneError) announce(this, 'keylane-error', error);
    else reportError(error);
  }

  #say(tone: Note['tone'], text: string): void {
    const note = text ? { tone, text } : null;
    this.note = note;
    // It lies over the page, so good news goes by itself; bad news stays until the next act.
    if (tone !== 'calm') return;
    setTimeout(() => {
      if (this.note === note && !this.busy) this.note = null;
    }, CALM_NOTE_MS);
  }

  #find<E extends HTMLElement>(id: string, selector: string): E | null {
    return this.renderRoot.querySelector<E>(`[data-id="${CSS.escape(id)}"] ${selector}`);
  }
}
