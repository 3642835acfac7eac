import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../harness/accessibility.js';
import { openBrowser } from '../harness/browser.js';
import { stage } from '../harness/person.js';
import { newestCode } from '../harness/server.js';
import {
  askForCode,
  dialog,
  heading,
  newHandle,
  onAccount,
  passkeyCards,
  signInShows,
  status,
} from '../harness/steps.js';
import { tour } from '../harness/tour.js';

const keylane = stage();

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing on any page in ${colorScheme}`, async (t) => {
    const person = await keylane.newPerson(t, { bypassCSP: true, colorScheme });
    await tour(person, keylane.url, (name) => assertAccessible(person.page, name));
  });
}

test('no page scrolls sideways at 360 px, and every control is big enough to touch', async (t) => {
  const person = await keylane.newPerson(t, { viewport: { width: 360, height: 740 } });
  const { page } = person;
  await tour(person, keylane.url, async (name) => {
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `${name} is ${wide} px wide`);
    for (const control of await page.getByRole('button').or(page.getByRole('textbox')).all()) {
      const box = await control.boundingBox();
      const label = (await control.textContent()) || (await control.getAttribute('id'));
      // A text field is touched through the box drawn around it, one pixel wider on each side.
      assert.ok(
        !box || box.height >= 43.5,
        `${name}: “${label?.trim()}” is ${box?.height} px high`,
      );
    }
  });
});

/** What has the focus, through shadow roots. */
const focused = (page) =>
  page.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return (at?.labels?.[0]?.textContent ?? at?.textContent ?? '').trim();
  });

test('sign-up and sign-in go with the keyboard alone', async (t) => {
  const { page, device } = await keylane.newPerson(t);
  const { keyboard } = page;
  const handle = newHandle();
  await page.goto('/');
  await tabTo(page, 'Create an account');
  await keyboard.press('Enter');
  await heading(page, 'Create your account').waitFor();
  assert.equal(await focused(page), 'E-mail address');
  await keyboard.type(handle);
  await keyboard.press('Enter');
  await heading(page, 'Check your e-mail').waitFor();
  assert.equal(await focused(page), 'Six-digit code');
  await keyboard.type(await newestCode(keylane.url, handle));
  await heading(page, 'Create your passkey').waitFor();
  assert.equal(await focused(page), 'Create your passkey');
  await tabTo(page, 'Create a passkey');
  await keyboard.press('Enter');
  await onAccount(page);

  await device.letGo();
  await tabTo(page, 'Sign out');
  await keyboard.press('Enter');
  await page.waitForURL('**/sign-in');
  await signInShows(page);
  assert.equal(await focused(page), 'E-mail address');
  await device.touch();
  await keyboard.press('Shift+Tab');
  assert.equal(await focused(page), 'Sign in with a passkey');
  await keyboard.press('Enter');
  await onAccount(page);
});

test('a passkey is renamed and a question answered with the keyboard alone', async (t) => {
  const { page } = await keylane.newPerson(t);
  const handle = newHandle();
  await askForCode(page, handle);
  await page.keyboard.type(await newestCode(keylane.url, handle));
  await heading(page, 'Create your passkey').waitFor();
  await tabTo(page, 'Create a passkey');
  await page.keyboard.press('Enter');
  await onAccount(page);
  await tabTo(page, 'Rename');
  await page.keyboard.press('Enter');
  await page.getByLabel('Name of this passkey').waitFor();
  assert.equal(await focused(page), 'Name of this passkey');
  await page.keyboard.type('My desk');
  await page.keyboard.press('Enter');
  await status(page).getByText('My desk').waitFor();
  assert.equal(await focused(page), 'Rename');
  await tabTo(page, 'Remove');
  await page.keyboard.press('Enter');
  await dialog(page).waitFor();
  assert.equal(await focused(page), 'Keep it');
  await page.keyboard.press('Escape');
  await dialog(page).waitFor({ state: 'hidden' });
  assert.equal(await focused(page), 'Remove');
  assert.equal(await passkeyCards(page).count(), 1);
});

async function tabTo(page, name) {
  for (let presses = 0; presses < 30; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await focused(page)) === name) return;
  }
  assert.fail(`Tab never reached “${name}”`);
}

test('the content security policy is in force, and nothing on any page runs into it', async (t) => {
  const person = await keylane.newPerson(t);
  await tour(person, keylane.url, async () => {});

  const { context, violations } = await openBrowser(keylane.browser, { serverUrl: keylane.url });
  const page = await context.newPage();
  await page.goto('/');
  await page.evaluate(() => {
    const style = document.createElement('style');
    style.textContent = 'body { display: none }';
    document.head.append(style);
  });
  await page.waitForFunction(() => document.styleSheets.length > 0);
  assert.equal(violations.length, 1, 'an inline style was let through');
  await context.close();
});
