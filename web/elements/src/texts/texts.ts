/** Every text that the elements show. One file per language implements it; see `en.ts`. */
export interface Texts {
  /** BCP 47, for dates and numbers. */
  language: string;
  signIn: SignInTexts;
  account: AccountTexts;
  confirm: ConfirmTexts;
  errors: ErrorTexts;
}

export interface SignInTexts {
  signInTitle: string;
  signInLead: string;
  withPasskey: string;
  or: string;
  handleLabel: string;
  handlePlaceholder: string;
  handleMissing: string;
  continue: string;
  noAccount: string;
  createAccount: string;
  signUpTitle: string;
  signUpLead: string;
  sendCode: string;
  haveAccount: string;
  codeTitle: string;
  codeLead: string;
  codeLabel: string;
  codeHint: string;
  codeIncomplete: string;
  codeSubmit: string;
  codeResend: string;
  codeResendIn: (seconds: number) => string;
  codeResent: string;
  otherAddress: string;
  developmentHint: string;
  developmentLink: string;
  passkeyTitle: string;
  passkeyLead: string;
  passkeyFacts: readonly string[];
  passkeyCreate: string;
  existsTitle: string;
  existsLead: (handle: string) => string;
  existsConfirm: string;
  doneTitle: string;
  doneAs: (handle: string) => string;
  promptOpen: string;
  signInCancelled: string;
  handleCancelled: string;
  createCancelled: string;
  noPasskeySupport: string;
}

export interface AccountTexts {
  title: string;
  loading: string;
  administrator: string;
  signOut: string;
  nudgeTitle: string;
  nudge: string;
  firstTitle: string;
  first: string;
  passkeysTitle: string;
  passkeysLead: string;
  add: string;
  addFirst: string;
  added: (nickname: string) => string;
  thisPasskey: string;
  synced: string;
  deviceBound: string;
  made: (date: string) => string;
  madeIn: (date: string, device: string) => string;
  lastUsed: (time: string) => string;
  neverUsed: string;
  justNow: string;
  rename: string;
  renameOf: (nickname: string) => string;
  renameLabel: string;
  renameEmpty: string;
  save: string;
  cancel: string;
  renamed: (nickname: string) => string;
  remove: string;
  removeOf: (nickname: string) => string;
  removeTitle: (nickname: string) => string;
  removeBody: string;
  removeCurrent: string;
  removeConfirm: string;
  removeLast: string;
  removeLastContinue: string;
  removeLastTitle: string;
  removeLastBody: string;
  removeLastConfirm: string;
  keep: string;
  removed: (nickname: string) => string;
  sessionsTitle: string;
  sessionsLead: string;
  thisSession: string;
  signedInWith: (time: string, passkey: string) => string;
  signedInByCode: (time: string) => string;
  signedIn: (time: string) => string;
  lastSeen: (time: string) => string;
  endSession: string;
  endSessionOf: (device: string) => string;
  sessionEnded: (device: string) => string;
  signOutEverywhere: string;
  everywhereTitle: string;
  everywhereBody: string;
  everywhereConfirm: string;
  signedOutTitle: string;
  signedOut: string;
  tryAgain: string;
  createCancelled: string;
  unknownDevice: string;
}

export interface ConfirmTexts {
  title: string;
  body: string;
  action: string;
  cancelled: string;
  otherAccount: string;
}

/** By reason or error code; `other` when there is no text and the server said nothing either. */
export interface ErrorTexts {
  byCode: Readonly<Record<string, string>>;
  /** By the reason beside the code, which wins over the code's text. */
  byReason: Readonly<Record<string, string>>;
  rateLimited: (seconds: number | undefined) => string;
  other: string;
}
