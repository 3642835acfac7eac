import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stage } from '../harness/person.js';
import { newestCode, newestMail } from '../harness/server.js';
import {
  askForCode,
  codeField,
  handleField,
  heading,
  newHandle,
  onAccount,
  passkeyCards,
  signInButton,
  signInShows,
  signOut,
  signUp,
} from '../harness/steps.js';

const keylane = stage();

test('a newcomer signs up with an e-mail code and a first passkey', async (t) => {
  const { page, device } = await keylane.newPerson(t);
  const handle = newHandle();
  await signUp(page, keylane.url, handle);
  await page.getByText(handle).waitFor();
  assert.equal(await passkeyCards(page).count(), 1);
  assert.equal((await device.passkeys()).length, 1);
  await page.getByText('Add a second passkey').waitFor();
});

test('a sign-up without an address says what is missing and sends nothing', async (t) => {
  const { page } = await keylane.newPerson(t);
  await page.goto('/sign-up');
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await page.getByText('Type your e-mail address').waitFor();
  assert.equal(await handleField(page).getAttribute('aria-invalid'), 'true');
  assert.equal(await handleField(page).evaluate((it) => it === document.activeElement), true);
});

test('a wrong code is refused in plain words and the right one is then taken', async (t) => {
  const { page } = await keylane.newPerson(t);
  const handle = newHandle();
  await askForCode(page, handle);
  const right = await newestCode(keylane.url, handle);
  const wrong = String((Number(right) + 1) % 1_000_000).padStart(6, '0');
  await codeField(page).fill(wrong);
  await page.getByText('That code is not right').waitFor();
  assert.equal(await codeField(page).getAttribute('aria-invalid'), 'true');
  await codeField(page).fill(right);
  await heading(page, 'Create your passkey').waitFor();
});

test('a pasted code with spaces is taken', async (t) => {
  const { page } = await keylane.newPerson(t);
  const handle = newHandle();
  await askForCode(page, handle);
  const code = await newestCode(keylane.url, handle);
  await codeField(page).fill(`${code.slice(0, 3)} ${code.slice(3)} `);
  await heading(page, 'Create your passkey').waitFor();
});

test('another code can be sent after the countdown and is then taken', async (t) => {
  const { page } = await keylane.newPerson(t);
  await page.clock.install();
  const handle = newHandle();
  await askForCode(page, handle);
  const first = await newestCode(keylane.url, handle);
  const waiting = page.getByRole('button', { name: /Send another code in \d+ s/ });
  assert.equal(await waiting.getAttribute('aria-disabled'), 'true');
  await page.clock.fastForward('01:00');
  await page.getByRole('button', { name: 'Send another code', exact: true }).click();
  await page.getByText('Another code is on its way').waitFor();
  await codeField(page).fill(await newestCode(keylane.url, handle, { not: first }));
  await heading(page, 'Create your passkey').waitFor();
});

test('the code step leads to the mailbox in development mode', async (t) => {
  const { page, context } = await keylane.newPerson(t);
  const handle = newHandle();
  await askForCode(page, handle);
  const opened = context.waitForEvent('page');
  await page.getByRole('link', { name: 'Read the code in the mailbox' }).click();
  const mailbox = await opened;
  const mail = mailbox.locator('.mail', { hasText: handle });
  await mail.waitFor();
  const code = await newestCode(keylane.url, handle);
  assert.equal(await mail.locator('.code').textContent(), code);
});

test('an address that has an account gets no code, and its owner signs in from there', async (t) => {
  const { page, device } = await keylane.newPerson(t);
  const handle = newHandle();
  await signUp(page, keylane.url, handle);
  await device.letGo();
  await signOut(page);
  await askForCode(page, handle);
  const mail = await newestMail(keylane.url, handle, (it) => !it.code);
  assert.doesNotMatch(mail.text, /\b\d{6}\b/);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await signInShows(page);
  await device.touch();
  await signInButton(page).click();
  await onAccount(page);
  assert.equal(await passkeyCards(page).count(), 1);
});

test('of two browsers that sign up one address, the slower is led to the passkey, and in', async (t) => {
  const slow = await keylane.newPerson(t);
  const quick = await keylane.newPerson(t);
  const handle = newHandle();
  await askForCode(slow.page, handle);
  const code = await newestCode(keylane.url, handle);
  await codeField(slow.page).fill(code);
  await heading(slow.page, 'Create your passkey').waitFor();
  await askForCode(quick.page, handle);
  await codeField(quick.page).fill(await newestCode(keylane.url, handle, { not: code }));
  await quick.page.getByRole('button', { name: 'Create a passkey' }).click();
  await onAccount(quick.page);

  await slow.page.getByRole('button', { name: 'Create a passkey' }).click();
  await heading(slow.page, 'You already have an account').waitFor();
  const [passkey] = await quick.device.passkeys();
  await slow.device.give(passkey);
  await slow.page.getByRole('button', { name: 'Continue with your passkey' }).click();
  await onAccount(slow.page);
  assert.equal(await passkeyCards(slow.page).count(), 1);
});

test('a passkey prompt that is closed at sign-up leaves a calm page that goes on', async (t) => {
  const { page, device } = await keylane.newPerson(t);
  const handle = newHandle();
  await askForCode(page, handle);
  await codeField(page).fill(await newestCode(keylane.url, handle));
  await heading(page, 'Create your passkey').waitFor();
  await device.refuseVerification();
  await page.getByRole('button', { name: 'Create a passkey' }).click();
  await page.getByText('No passkey was made').waitFor();
  await device.allowVerification();
  await page.getByRole('button', { name: 'Create a passkey' }).click();
  await onAccount(page);
});

test('a browser without passkeys is told so', async (t) => {
  const { page } = await keylane.newPerson(t, { authenticator: null });
  await page.addInitScript(() => {
    delete globalThis.PublicKeyCredential;
  });
  await page.goto('/sign-in');
  await page.getByText('This browser cannot use passkeys here').waitFor();
  await signInButton(page).waitFor();
});
