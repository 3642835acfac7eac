/** What people do on the hosted pages, as steps for the tests. */
import { autofillWaits } from './authenticator.js';
import { newestCode } from './server.js';

let people = 0;

/** An address that nobody else uses. */
export function newHandle(name = 'ada') {
  people += 1;
  return `${name}.${process.pid}.${people}@example.org`;
}

export const signInButton = (page) => page.getByRole('button', { name: 'Sign in with a passkey' });
export const createButton = (page) => page.getByRole('button', { name: 'Create a passkey' });
export const addButton = (page) => page.getByRole('button', { name: 'Add a passkey' });
export const handleField = (page) => page.getByLabel('E-mail address');
export const codeField = (page) => page.getByLabel('Six-digit code');
export const status = (page) => page.getByRole('status');
export const passkeyCards = (page) => page.locator('keylane-account [part="passkey"]');
export const heading = (page, name) => page.getByRole('heading', { name, level: 1 });
export const dialog = (page) => page.getByRole('dialog');

/** The sign-in is shown, and autofill waits: a touch from now on is for what is asked next. */
export async function signInShows(page) {
  await signInButton(page).waitFor();
  await autofillWaits(page);
}

/** From an empty page to a sign-up that waits for its code. */
export async function askForCode(page, handle) {
  await page.goto('/sign-up');
  await handleField(page).fill(handle);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await heading(page, 'Check your e-mail').waitFor();
}

/** From an empty page to a sign-up that waits for its first passkey. */
export async function askForPasskey(page, serverUrl, handle) {
  await askForCode(page, handle);
  await codeField(page).fill(await newestCode(serverUrl, handle));
  await heading(page, 'Create your passkey').waitFor();
}

/** From an empty page to an account with its first passkey. */
export async function signUp(page, serverUrl, handle) {
  await askForPasskey(page, serverUrl, handle);
  await createButton(page).click();
  await onAccount(page);
}

export async function onAccount(page) {
  await page.waitForURL('**/account');
  await heading(page, 'Your account').waitFor();
  await passkeyCards(page).first().waitFor();
}

export async function signOut(page) {
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await page.waitForURL('**/sign-in');
}
