import type { Texts } from './texts.ts';

/** English, and the file to copy for another language. */
export const en: Texts = {
  language: 'en',
  signIn: {
    signInTitle: 'Sign in',
    signInLead: 'Use your fingerprint, face or screen lock. No password.',
    withPasskey: 'Sign in with a passkey',
    or: 'or with your e-mail address',
    handleLabel: 'E-mail address',
    handlePlaceholder: 'you@example.org',
    handleMissing: 'Type your e-mail address, like you@example.org.',
    continue: 'Continue',
    noAccount: 'New here?',
    createAccount: 'Create an account',
    signUpTitle: 'Create your account',
    signUpLead: 'We send a code to your e-mail address, then you make a passkey. That is all.',
    sendCode: 'Send me a code',
    haveAccount: 'Have an account?',
    codeTitle: 'Check your e-mail',
    codeLead: 'We sent a six-digit code to',
    codeLabel: 'Six-digit code',
    codeHint: 'It is checked as soon as the sixth digit is in.',
    codeIncomplete: 'The code has six digits.',
    codeSubmit: 'Continue',
    codeResend: 'Send another code',
    codeResendIn: (seconds) => `Send another code in ${seconds} s`,
    codeResent: 'Another code is on its way. Use the newest one.',
    otherAddress: 'Use another address',
    developmentHint: 'Development mode: no mail is sent.',
    developmentLink: 'Read the code in the mailbox',
    passkeyTitle: 'Create your passkey',
    passkeyLead:
      'It takes the place of a password. Your device asks you to unlock it, as you do every day.',
    passkeyFacts: [
      'Nothing to remember, nothing to type',
      'Works only on this site, so it cannot be phished',
      'Your fingerprint or face never leaves your device',
    ],
    passkeyCreate: 'Create a passkey',
    existsTitle: 'You already have an account',
    existsLead: (handle) => `${handle} has a passkey. Confirm with it, and you are signed in.`,
    existsConfirm: 'Continue with your passkey',
    doneTitle: 'You are signed in',
    doneAs: (handle) => `as ${handle}`,
    promptOpen: 'Waiting for your device …',
    signInCancelled: 'No passkey was used. Try again whenever you like.',
    handleCancelled: 'No passkey was used. Try again, or create an account if you have none yet.',
    createCancelled: 'No passkey was made. Try again whenever you like.',
    noPasskeySupport:
      'This browser cannot use passkeys here. Open this page in a current version of Chrome, Edge, Firefox or Safari.',
  },
  account: {
    title: 'Your account',
    loading: 'Loading your account …',
    administrator: 'Administrator',
    signOut: 'Sign out',
    nudgeTitle: 'Add a second passkey',
    nudge:
      'You have one way in. With a second passkey, on another device or a security key, losing one does not lock you out.',
    firstTitle: 'Create your first passkey',
    first:
      'You signed in with a code from your e-mail. A passkey makes the next time one touch, and safe.',
    passkeysTitle: 'Passkeys',
    passkeysLead: 'Each of these opens your account.',
    add: 'Add a passkey',
    addFirst: 'Create a passkey',
    added: (nickname) => `“${nickname}” is ready. You can sign in with it from now on.`,
    thisPasskey: 'Used for this session',
    synced: 'Synced to your other devices',
    deviceBound: 'Stays on one device',
    made: (date) => `Made ${date}`,
    madeIn: (date, device) => `Made ${date} in ${device}`,
    lastUsed: (time) => `Last used ${time}`,
    neverUsed: 'Not used yet',
    justNow: 'just now',
    rename: 'Rename',
    renameOf: (nickname) => `Rename ${nickname}`,
    renameLabel: 'Name of this passkey',
    renameEmpty: 'Give it a name of up to 64 characters.',
    save: 'Save',
    cancel: 'Cancel',
    renamed: (nickname) => `It is called “${nickname}” now.`,
    remove: 'Remove',
    removeOf: (nickname) => `Remove ${nickname}`,
    removeTitle: (nickname) => `Remove “${nickname}”?`,
    removeBody:
      'It will no longer open your account, and devices that signed in with it are signed out.',
    removeCurrent: 'You signed in here with this passkey, so you will be signed out here too.',
    removeConfirm: 'Remove passkey',
    removeLast:
      'This is your only passkey. Without it, the one way back is a code sent to your e-mail address. Add another passkey first, if you can.',
    removeLastContinue: 'Remove it all the same',
    removeLastTitle: 'Remove your only passkey?',
    removeLastBody:
      'After this nothing but a code sent to your e-mail address opens your account. This cannot be undone.',
    removeLastConfirm: 'Yes, remove my only passkey',
    keep: 'Keep it',
    removed: (nickname) => `“${nickname}” is removed. You can delete it from your device too.`,
    sessionsTitle: 'Where you are signed in',
    sessionsLead: 'End any that you do not know.',
    thisSession: 'This one',
    signedInWith: (time, passkey) => `Signed in ${time} with “${passkey}”`,
    signedInByCode: (time) => `Signed in ${time} with a code by e-mail`,
    signedIn: (time) => `Signed in ${time}`,
    lastSeen: (time) => `Last active ${time}`,
    endSession: 'Sign out',
    endSessionOf: (device) => `Sign out ${device}`,
    sessionEnded: (device) => `${device} is signed out.`,
    signOutEverywhere: 'Sign out everywhere',
    everywhereTitle: 'Sign out everywhere?',
    everywhereBody: 'All your sessions end, this one included. Your passkeys stay.',
    everywhereConfirm: 'Sign out everywhere',
    signedOutTitle: 'You are signed out',
    signedOut: 'Sign in again to see your account.',
    tryAgain: 'Try again',
    createCancelled: 'No passkey was made. Try again whenever you like.',
    unknownDevice: 'Unknown device',
  },
  confirm: {
    title: 'Confirm that it is you',
    body: 'For changes like this we ask for a passkey again.',
    action: 'Confirm with a passkey',
    cancelled: 'No passkey was used. Nothing has changed.',
    otherAccount: 'That passkey belongs to another account. Use one of this account.',
  },
  errors: {
    byCode: {
      network: 'The server cannot be reached. Check your connection and try again.',
      unsupported:
        'This device cannot do that with a passkey. Try another device or a security key.',
      already_registered: 'This device already has a passkey for your account.',
      credential_exists: 'This passkey is already registered.',
      code_refused:
        'That code is not right, or no longer good. Look at the newest mail, or send another code.',
      credential_unknown:
        'That passkey opens no account here any more; it may have been removed. Use another passkey, and delete this one from your device.',
      authentication_refused: 'That passkey was not accepted. Try again, or use another one.',
      ceremony_expired: 'That took too long. Please try again.',
      ceremony_spent: 'That attempt was already used. Please try again.',
      passkey_not_found: 'That passkey was removed meanwhile.',
      session_required: 'You are signed out. Please sign in again.',
      refresh_refused: 'You are signed out. Please sign in again.',
      origin_refused: 'This site may not use this sign-in server. Its operator can allow it.',
      store_unavailable: 'The server is busy. Please try again in a moment.',
    },
    byReason: {
      authenticator_synced:
        'Passkeys that are copied between your devices are not accepted here. Use a security key, or a passkey that stays on one device.',
      authenticator_device_bound:
        'Passkeys that stay on one device are not accepted here. Use the password manager of your phone or browser, which keeps a copy.',
      authenticator_denied:
        'This model is not accepted here. Use another security key or device; whoever runs this site can say which.',
      authenticator_revoked:
        'This model has a known security problem, so it is not accepted. Use another security key or device, and ask its maker for a replacement.',
      authenticator_unproven:
        'Only certain models are accepted here, and yours did not prove what it is. If the browser asks whether to share the make and model, allow it; otherwise use a security key.',
      authenticator_not_listed:
        'This model is not one of those that are accepted here. Use another security key or device; whoever runs this site can say which.',
      authenticator_unknown:
        'This model is not known well enough to be accepted here. Use another security key or device; whoever runs this site can say which.',
      authenticator_certification_too_low:
        'This model is not certified highly enough to be accepted here. Use another security key or device; whoever runs this site can say which.',
      authenticator_not_in_hardware:
        'Only passkeys that hardware protects are accepted here. Use a security key, or a device with a secure chip.',
      authenticator_serial_not_listed:
        'Only security keys that were handed out to you are accepted here. Use that one.',
    },
    rateLimited: (seconds) =>
      seconds === undefined
        ? 'Too many attempts. Please wait a little.'
        : `Too many attempts. Please try again in ${waitingTime(seconds)}.`,
    other: 'That did not work. Please try again.',
  },
};

function waitingTime(seconds: number): string {
  if (seconds < 90) return seconds === 1 ? 'a second' : `${Math.ceil(seconds)} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}

/** Texts of the hosted pages' own scripts. */
export const pages = {
  copy: 'Copy code',
  copied: 'Copied',
  wholeMail: 'Whole mail',
  mailTo: (address: string) => `To ${address}`,
  mailboxEmpty: 'No mail yet. Sign up in another tab, and the code appears here by itself.',
  mailboxUnreachable: 'The server does not answer. Trying again …',
  newCode: (code: string, address: string) =>
    `New code for ${address}: ${code.split('').join(' ')}`,
  claiming: 'One moment …',
  claimed: 'You are the first administrator of this server.',
  claimRefused:
    'This link is used up or expired. While there is no administrator, each start of the server shows a new one.',
  claimAsk: (handle: string) => `You are signed in as ${handle}.`,
  claimFailed: 'That did not work. Load this page again.',
  claimMissing: 'This address lacks its secret part. Copy the whole link from the terminal.',
} as const;
