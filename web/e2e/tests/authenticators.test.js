/** Servers that do not take every authenticator: what do people read, and how do they go on? */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../harness/accessibility.js';
import { MODEL, nameModel } from '../harness/authenticator.js';
import { stage } from '../harness/person.js';
import {
  addButton,
  askForPasskey,
  createButton,
  newHandle,
  onAccount,
  passkeyCards,
  signUp,
} from '../harness/steps.js';
import { refusals } from '../harness/tour.js';

const noSynced = stage({ KEYLANE_AUTHENTICATORS__SYNCED: 'refuse' });
const noModel = stage({ KEYLANE_AUTHENTICATORS__DENY_MODELS: MODEL });

const OTHER_MODEL = 'fa2b99dc-9e39-4257-8f92-4a30d23c4118';

test('who may not use synced passkeys is told so, and goes on with a security key', async (t) => {
  const person = await noSynced.newPerson(t, { authenticator: { synced: true } });
  const left = [];
  await refusals(person, noSynced.url, async (name, device) => {
    left.push([name, (await device.passkeys()).length]);
  });
  // What the server refused, the browser no longer has.
  assert.deepEqual(left, [
    ['sign-up with a refused passkey', 0],
    ['account with a refused passkey', 0],
  ]);
  assert.equal(await passkeyCards(person.page).count(), 2);
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing where a passkey is refused in ${colorScheme}`, async (t) => {
    const options = { authenticator: { synced: true }, bypassCSP: true, colorScheme };
    const person = await noSynced.newPerson(t, options);
    await refusals(person, noSynced.url, (name) => assertAccessible(person.page, name));
  });
}

test('a refusal fits a page of 360 px', async (t) => {
  const person = await noSynced.newPerson(t, {
    authenticator: { synced: true },
    viewport: { width: 360, height: 740 },
  });
  await refusals(person, noSynced.url, async (name) => {
    const wide = await person.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `${name} is ${wide} px wide`);
  });
});

test('a newcomer with a denied model is told so, and goes on with another', async (t) => {
  const { page, device } = await noModel.newPerson(t);
  await askForPasskey(page, noModel.url, newHandle());
  await createButton(page).click();
  await page.getByText('This model is not accepted here').waitFor();
  assert.deepEqual(await device.passkeys(), []);
  await nameModel(page, OTHER_MODEL);
  await createButton(page).click();
  await onAccount(page);
  assert.equal((await device.passkeys()).length, 1);
});

test('a member who adds a denied model keeps what they have', async (t) => {
  const { page, device } = await noModel.newPerson(t);
  await nameModel(page, OTHER_MODEL);
  await signUp(page, noModel.url, newHandle());
  const [first] = await device.passkeys();
  // As another device, which knows nothing of the first passkey.
  await device.forget();
  await nameModel(page, MODEL);
  await addButton(page).click();
  await page.getByText('This model is not accepted here').waitFor();
  assert.deepEqual(await device.passkeys(), []);
  await device.give(first);
  await page.reload();
  await onAccount(page);
  assert.equal(await passkeyCards(page).count(), 1);
  assert.equal((await device.passkeys()).length, 1);
});

test('a site says in its own words what to use instead', async (t) => {
  const { page } = await noSynced.newPerson(t, { authenticator: { synced: true } });
  const body = `<!doctype html><html lang="en"><title>Site</title><script type="module">
    import { addTexts, en } from '/keylane.js';
    const byReason = { authenticator_synced: 'Please use the blue key from your welcome pack.' };
    addTexts({ ...en, errors: { ...en.errors, byReason: { ...en.errors.byReason, ...byReason } } });
    document.addEventListener('keylane-error', ({ detail: { code, problem } }) => {
      document.title = code + ' ' + problem.reason;
    });
  </script><keylane-sign-in mode="sign-up" heading-level="1"></keylane-sign-in>`;
  await page.route('**/sign-up', (route) => route.fulfill({ body, contentType: 'text/html' }));
  await askForPasskey(page, noSynced.url, newHandle());
  await createButton(page).click();
  await page.getByText('Please use the blue key from your welcome pack.').waitFor();
  assert.equal(await page.title(), 'authenticator_refused authenticator_synced');
});
