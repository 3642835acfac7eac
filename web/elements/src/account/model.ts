import type { Me, Passkey, SessionInfo } from '@keylane/client';
import type { Note } from '../sign-in/views.ts';
import type { Texts } from '../texts/index.ts';

export type Phase = 'loading' | 'ready' | 'signed-out' | 'failed';

/** The question in the dialog, if one is open. */
export type Question =
  | { kind: 'remove'; passkey: Passkey; last: 'no' | 'warn' | 'confirm' }
  | { kind: 'everywhere' }
  | { kind: 'confirm'; answer: (confirmed: 'yes' | 'no') => void };

/** What the views show, and what they can ask for. */
export interface AccountModel {
  texts: Texts;
  headingLevel: number;
  phase: Phase;
  me: Me | null;
  passkeys: readonly Passkey[];
  sessions: readonly SessionInfo[];
  /** Id of the passkey whose name is being edited. */
  renaming: string | null;
  renameWrong: boolean;
  question: Question | null;
  busy: boolean;
  note: Note | null;
  reload: () => void;
  signOut: () => void;
  addPasskey: () => void;
  startRename: (passkey: Passkey) => void;
  saveName: (passkey: Passkey, nickname: string) => void;
  cancelRename: () => void;
  ask: (question: Question) => void;
  removePasskey: (passkey: Passkey, last: 'no' | 'warn' | 'confirm') => void;
  endSession: (session: SessionInfo) => void;
  signOutEverywhere: () => void;
  confirmIdentity: () => void;
  closeQuestion: () => void;
}
