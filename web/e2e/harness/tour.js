/** Leads through every page and state that the hosted pages have, and calls `look(name)` at each. */
import { plugIn } from './authenticator.js';
import { newestCode } from './server.js';
import {
  addButton,
  askForCode,
  askForPasskey,
  codeField,
  createButton,
  dialog,
  handleField,
  heading,
  newHandle,
  onAccount,
  signInButton,
} from './steps.js';

export async function tour({ page, device }, serverUrl, look) {
  await page.goto('/');
  await look('landing');
  await page.goto('/problems');
  await look('problems');
  await page.goto('/no-such-page');
  await look('not found');
  await page.goto('/first-administrator');
  await page.getByText('lacks its secret part').waitFor();
  await look('first administrator without a token');
  await page.goto('/first-administrator#not-a-token');
  await handleField(page).waitFor();
  await look('first administrator');
  await signIn(page, look);
  const second = await signUpSlowly({ page, device }, serverUrl, look);
  await account(page, look);
  await second.unplug();
}

/**
 * Leads through what a server says that refuses synced passkeys: to a newcomer, and to somebody who
 * has an account. Each goes on with a security key.
 */
export async function refusals({ page, device }, serverUrl, look) {
  const refused = page.getByText('Passkeys that are copied between your devices are not accepted');
  await askForPasskey(page, serverUrl, newHandle());
  await createButton(page).click();
  await refused.waitFor();
  await look('sign-up with a refused passkey', device);
  await device.unplug();
  const key = await plugIn(page, { transport: 'usb' });
  await createButton(page).click();
  await onAccount(page);
  await key.unplug();
  const phone = await plugIn(page, { synced: true });
  await addButton(page).click();
  await refused.waitFor();
  await look('account with a refused passkey', phone);
  await phone.unplug();
  await plugIn(page, { transport: 'usb' });
  await addButton(page).click();
  await page.getByText('is ready').waitFor();
}

async function signIn(page, look) {
  await page.goto('/sign-in');
  await heading(page, 'Sign in').waitFor();
  await look('sign-in');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('Type your e-mail address').waitFor();
  await look('sign-in without an address');
  await signInButton(page).click();
  await page.getByText('No passkey was used').waitFor();
  await look('sign-in after a closed prompt');
}

async function signUpSlowly({ page, device }, serverUrl, look) {
  const handle = newHandle('a-person-with-a-rather-long-address');
  await page.goto('/sign-up');
  await heading(page, 'Create your account').waitFor();
  await look('sign-up');
  await askForCode(page, handle);
  await look('code');
  const code = await newestCode(serverUrl, handle);
  await codeField(page).fill(code === '000000' ? '000001' : '000000');
  await page.getByText('That code is not right').waitFor();
  await look('wrong code');
  await codeField(page).fill(code);
  await heading(page, 'Create your passkey').waitFor();
  await look('passkey');
  await page.getByRole('button', { name: 'Create a passkey' }).click();
  await onAccount(page);
  await look('account with one passkey');
  await page.getByRole('button', { name: /^Remove/ }).click();
  await dialog(page).waitFor();
  await look('warning about the last passkey');
  await page.keyboard.press('Escape');
  await device.unplug();
  const second = await plugIn(page, { synced: true });
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('is ready').waitFor();
  await look('account with two passkeys');
  return second;
}

async function account(page, look) {
  await page
    .getByRole('button', { name: /^Rename/ })
    .first()
    .click();
  await page.getByLabel('Name of this passkey').fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Give it a name').waitFor();
  await look('rename');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await dialog(page).waitFor();
  await look('question');
  await page.keyboard.press('Escape');
  await page.goto('/dev/mailbox');
  await page.locator('.mail').first().waitFor();
  await page.locator('.mail summary').first().click();
  await look('mailbox');
}
