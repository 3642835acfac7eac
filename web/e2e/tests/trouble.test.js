/** Answers that a healthy server gives seldom, put in its mouth: what do people read? */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stage } from '../harness/person.js';
import {
  dialog,
  handleField,
  heading,
  newHandle,
  passkeyCards,
  signInButton,
  signUp,
} from '../harness/steps.js';

const keylane = stage();

/** Answers the next request to `path` with a problem; those after it reach the server. */
function refuseOnce(page, path, problem, headers = {}) {
  return page.route(path, (route) => route.fulfill({ ...problem, headers }), { times: 1 });
}

const stepUp = { status: 403, json: { status: 403, code: 'step_up_required' } };

test('a change that needs a fresh proof asks for the passkey and then goes on', async (t) => {
  const { page } = await keylane.newPerson(t);
  await signUp(page, keylane.url, newHandle());
  await refuseOnce(page, '**/v1/me/credentials/*', stepUp);
  await page.getByRole('button', { name: /^Rename/ }).click();
  await page.getByLabel('Name of this passkey').fill('Kitchen tablet');
  await page.getByRole('button', { name: 'Save' }).click();
  await dialog(page).getByRole('heading', { name: 'Confirm that it is you' }).waitFor();
  await dialog(page).getByRole('button', { name: 'Confirm with a passkey' }).click();
  await page.getByText('It is called “Kitchen tablet” now.').waitFor();
});

test('a proof that is not given changes nothing', async (t) => {
  const { page, device } = await keylane.newPerson(t);
  await signUp(page, keylane.url, newHandle());
  await refuseOnce(page, '**/v1/registration/begin', stepUp);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  await dialog(page).waitFor({ state: 'hidden' });

  await device.refuseVerification();
  await refuseOnce(page, '**/v1/registration/begin', stepUp);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await dialog(page).getByRole('button', { name: 'Confirm with a passkey' }).click();
  await page.getByText('Nothing has changed').waitFor();
  assert.equal(await passkeyCards(page).count(), 1);
});

test('too many attempts say how long to wait', async (t) => {
  const { page } = await keylane.newPerson(t);
  const limited = { status: 429, json: { status: 429, code: 'too_many_requests' } };
  await refuseOnce(page, '**/v1/signup', limited, { 'retry-after': '40' });
  await page.goto('/sign-up');
  await handleField(page).fill(newHandle());
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await page.getByText('Please try again in 40 seconds').waitFor();
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await heading(page, 'Check your e-mail').waitFor();
});

test('a server that does not answer is named as the trouble', async (t) => {
  const { page } = await keylane.newPerson(t);
  await page.goto('/sign-in');
  await page.route('**/v1/authentication/begin', (route) => route.abort());
  await signInButton(page).click();
  await page.getByText('The server cannot be reached').waitFor();
});

test('an account page that cannot load offers to try again', async (t) => {
  const { page } = await keylane.newPerson(t);
  await signUp(page, keylane.url, newHandle());
  await refuseOnce(page, '**/v1/me', { status: 503, json: { code: 'store_unavailable' } });
  await page.reload();
  await page.getByText('The server is busy').waitFor();
  await page.getByRole('button', { name: 'Try again' }).click();
  await passkeyCards(page).first().waitFor();
});
