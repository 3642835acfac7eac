import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plugIn } from '../harness/authenticator.js';
import { stage } from '../harness/person.js';
import {
  dialog,
  newHandle,
  onAccount,
  passkeyCards,
  signInButton,
  signInShows,
  signUp,
} from '../harness/steps.js';

const keylane = stage();

async function memberPerson(t) {
  const person = await keylane.newPerson(t);
  const handle = newHandle();
  await signUp(person.page, keylane.url, handle);
  return { ...person, handle };
}

/** Adds a passkey on another device; the first is unplugged. */
async function addSecondPasskey(page, device) {
  await device.unplug();
  const second = await plugIn(page, { synced: true });
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('is ready').waitFor();
  return second;
}

test('a second passkey on another device is added and marked as synced', async (t) => {
  const { page, device } = await memberPerson(t);
  await addSecondPasskey(page, device);
  assert.equal(await passkeyCards(page).count(), 2);
  await page.getByText('Synced to your other devices').waitFor();
  await page.getByText('Stays on one device').waitFor();
  assert.equal(await page.getByText('Add a second passkey').count(), 0);
});

test('a device that has a passkey of the account says so', async (t) => {
  const { page } = await memberPerson(t);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('This device already has a passkey').waitFor();
  assert.equal(await passkeyCards(page).count(), 1);
});

test('a passkey is renamed in place', async (t) => {
  const { page } = await memberPerson(t);
  await page.getByRole('button', { name: /^Rename/ }).click();
  const name = page.getByLabel('Name of this passkey');
  await name.fill('   ');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Give it a name').waitFor();
  await name.fill('Blue laptop');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('It is called “Blue laptop” now.').waitFor();
  await page.reload();
  await passkeyCards(page).getByText('Blue laptop', { exact: true }).waitFor();
});

test('a passkey is removed after a question, and a no leaves it', async (t) => {
  const { page, device } = await memberPerson(t);
  await addSecondPasskey(page, device);
  const other = passkeyCards(page).filter({ hasNotText: 'Used for this session' });
  await other.getByRole('button', { name: /^Remove/ }).click();
  await dialog(page).getByRole('button', { name: 'Keep it' }).click();
  await dialog(page).waitFor({ state: 'hidden' });
  assert.equal(await passkeyCards(page).count(), 2);
  await other.getByRole('button', { name: /^Remove/ }).click();
  await dialog(page).getByRole('button', { name: 'Remove passkey' }).click();
  await page.getByText('is removed').waitFor();
  assert.equal(await passkeyCards(page).count(), 1);
});

test('removing the only passkey warns, asks twice, and then signs out', async (t) => {
  const { page } = await memberPerson(t);
  await page.getByRole('button', { name: /^Remove/ }).click();
  await dialog(page).getByText('This is your only passkey').waitFor();
  await page.keyboard.press('Escape');
  await dialog(page).waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: /^Remove/ }).click();
  await dialog(page).getByRole('button', { name: 'Remove it all the same' }).click();
  await dialog(page).getByRole('heading', { name: 'Remove your only passkey?' }).waitFor();
  await dialog(page).getByRole('button', { name: 'Yes, remove my only passkey' }).click();
  await page.waitForURL('**/sign-in');
});

test('a second browser is listed as a session and can be signed out from here', async (t) => {
  const { page, device } = await memberPerson(t);
  const elsewhere = await signInElsewhere(t, device);
  await page.reload();
  await onAccount(page);
  const sessions = page.locator('keylane-account [part="session"]');
  assert.equal(await sessions.count(), 2);
  assert.equal(await sessions.filter({ hasText: 'This one' }).count(), 1);
  await sessions.getByRole('button', { name: /^Sign out/ }).click();
  await page.getByText('is signed out.').waitFor();
  assert.equal(await sessions.count(), 1);
  await elsewhere.goto('/account');
  await elsewhere.waitForURL('**/sign-in');
});

test('signing out everywhere ends this session and another browser’s', async (t) => {
  const { page, device } = await memberPerson(t);
  const elsewhere = await signInElsewhere(t, device);
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await dialog(page).getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.waitForURL('**/sign-in');
  await elsewhere.goto('/account');
  await elsewhere.waitForURL('**/sign-in');
});

/** The same passkey in another browser, as a synced one would be. */
async function signInElsewhere(t, device) {
  const elsewhere = await keylane.newPerson(t);
  const [passkey] = await device.passkeys();
  await elsewhere.page.goto('/sign-up');
  await elsewhere.device.give(passkey);
  await elsewhere.device.letGo();
  await elsewhere.page.goto('/sign-in');
  await signInShows(elsewhere.page);
  await elsewhere.device.touch();
  await signInButton(elsewhere.page).click();
  await onAccount(elsewhere.page);
  return elsewhere.page;
}
