import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stage } from '../harness/person.js';
import {
  handleField,
  heading,
  newHandle,
  onAccount,
  passkeyCards,
  signInButton,
  signInShows,
  signOut,
  signUp,
  status,
} from '../harness/steps.js';

const keylane = stage();

/** Signed up, signed out again, and nobody touching the authenticator: autofill waits. */
async function returningPerson(t) {
  const person = await keylane.newPerson(t);
  const handle = newHandle();
  await signUp(person.page, keylane.url, handle);
  await person.device.letGo();
  await signOut(person.page);
  await signInShows(person.page);
  return { ...person, handle };
}

test('a passkey picked from the autofill suggestions signs in', async (t) => {
  const { page, device, handle } = await returningPerson(t);
  await device.touch();
  await page.goto('/sign-in');
  await onAccount(page);
  await page.getByText(handle).waitFor();
});

test('the button signs in while autofill is pending', async (t) => {
  const { page, device, handle } = await returningPerson(t);
  await device.touch();
  await signInButton(page).click();
  await onAccount(page);
  await page.getByText(handle).waitFor();
  await page.getByText(/Last used/).waitFor();
});

test('a typed address signs in with its passkey', async (t) => {
  const { page, device, handle } = await returningPerson(t);
  await device.touch();
  await handleField(page).fill(handle);
  await page.getByRole('button', { name: 'Continue' }).click();
  await onAccount(page);
});

test('an unknown address is told calmly that no passkey was used', async (t) => {
  const { page } = await keylane.newPerson(t);
  await page.goto('/sign-in');
  await handleField(page).fill(newHandle('nobody'));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('No passkey was used').waitFor();
});

test('a prompt that is refused leaves a calm page, and the next try signs in', async (t) => {
  const { page, device } = await returningPerson(t);
  await device.refuseVerification();
  await device.touch();
  await signInButton(page).click();
  await page.getByText('No passkey was used').waitFor();
  assert.equal(await page.getByText(/went wrong/i).count(), 0);
  await device.allowVerification();
  await signInButton(page).click();
  await onAccount(page);
});

test('a device without a passkey leaves a calm page', async (t) => {
  const { page, device } = await returningPerson(t);
  await device.forget();
  await device.touch();
  await signInButton(page).click();
  await page.getByText('No passkey was used').waitFor();
  await signInButton(page).waitFor();
});

test('a removed passkey is refused with the way out, and its provider is told', async (t) => {
  const { page, device } = await keylane.newPerson(t);
  await signUp(page, keylane.url, newHandle());
  const [passkey] = await device.passkeys();
  await page.getByRole('button', { name: /^Remove/ }).click();
  await page.getByRole('button', { name: 'Remove it all the same' }).click();
  await device.letGo();
  await page.getByRole('button', { name: 'Yes, remove my only passkey' }).click();
  await page.waitForURL('**/sign-in');
  await signInShows(page);
  if ((await device.passkeys()).length === 0) await device.give(passkey);
  await device.touch();
  await signInButton(page).click();
  await status(page).getByText('opens no account here any more').waitFor();
  assert.deepEqual(await device.passkeys(), []);
});

test('a visitor who came from a page of the site is led back to it', async (t) => {
  const { page, device } = await returningPerson(t);
  await device.touch();
  await page.goto('/sign-in?return_to=/problems');
  await page.waitForURL('**/problems');
});

test('a visitor is never led to another site', async (t) => {
  const { page, device } = await returningPerson(t);
  await device.touch();
  await page.goto('/sign-in?return_to=//evil.example/');
  await onAccount(page);
});

test('signing out ends the session', async (t) => {
  const { page } = await returningPerson(t);
  await page.goto('/account');
  await page.waitForURL('**/sign-in');
  await heading(page, 'Sign in').waitFor();
  assert.equal(await passkeyCards(page).count(), 0);
});

test('a passkey that shows an old name shows today’s after the sign-in', async (t) => {
  const { page, device, handle } = await returningPerson(t);
  const [passkey] = await device.passkeys();
  await device.forget();
  await device.give({ ...passkey, userName: 'old@example.org', userDisplayName: 'Old' });
  await device.touch();
  await signInButton(page).click();
  await onAccount(page);
  const [{ userName, userDisplayName }] = await device.passkeys();
  assert.deepEqual([userName, userDisplayName], [handle, handle]);
});
