import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stage } from '../harness/person.js';
import { newestCode } from '../harness/server.js';
import { codeField, handleField, newHandle, onAccount, signUp } from '../harness/steps.js';

const keylane = stage();

async function oneTimeLink() {
  const [link] = await keylane.server.printed(/https?:\/\/\S*\/first-administrator#[\w.-]+/);
  return link;
}

test('the one-time link makes its first visitor administrator, and nobody after', async (t) => {
  const first = await keylane.newPerson(t);
  const { page } = first;
  const handle = newHandle('grace');
  await page.goto(await oneTimeLink());
  await handleField(page).fill(handle);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await codeField(page).fill(await codeFor(page, handle));
  await page.getByRole('button', { name: 'Create a passkey' }).click();
  await page.getByText('You are the first administrator').waitFor();
  assert.equal(new URL(page.url()).hash, '', 'the used token stays in the address');
  await page.getByRole('link', { name: 'Go to your account' }).click();
  await onAccount(page);
  await page.getByText('Administrator', { exact: true }).waitFor();

  const second = await keylane.newPerson(t);
  await signUp(second.page, keylane.url, newHandle('mallory'));
  await second.page.goto(await oneTimeLink());
  await second.page.getByRole('button', { name: 'Become administrator' }).click();
  await second.page.getByText('This link is used up or expired').waitFor();
});

async function codeFor(page, handle) {
  await codeField(page).waitFor();
  return newestCode(keylane.url, handle);
}
