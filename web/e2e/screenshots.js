/**
 * Pictures of the hosted pages: `npm run screenshots -- <folder>`.
 * Phone (390 px) and desktop (1280 px), light and dark.
 */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { plugIn } from './harness/authenticator.js';
import { launch, openBrowser } from './harness/browser.js';
import { newestCode, startServer } from './harness/server.js';
import { askForCode, codeField, heading, onAccount } from './harness/steps.js';
import { refusals } from './harness/tour.js';

const folder = resolve(process.env.INIT_CWD ?? '.', process.argv[2] ?? 'screenshots');
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } };

await mkdir(folder, { recursive: true });
const server = await startServer();
const strict = await startServer({ KEYLANE_AUTHENTICATORS__SYNCED: 'refuse' });
const browser = await launch();
try {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const scheme of ['light', 'dark']) {
      await pictures(`${size}-${scheme}`, viewport, scheme);
      await picturesOfRefusals(`${size}-${scheme}`, viewport, scheme);
    }
  }
} finally {
  await browser.close();
  await server.stop();
  await strict.stop();
}
console.log(`pictures are in ${folder}`);

async function pictures(variant, viewport, colorScheme) {
  const { context } = await openBrowser(browser, {
    serverUrl: server.url,
    viewport,
    colorScheme,
    deviceScaleFactor: 2,
  });
  const page = await context.newPage();
  const laptop = await plugIn(page, { synced: true });
  const take = (name) =>
    page.screenshot({ path: join(folder, `${name}-${variant}.png`), fullPage: true });

  await page.goto('/');
  await take('landing');
  await page.goto('/sign-in');
  await heading(page, 'Sign in').waitFor();
  await take('sign-in');
  await page.goto('/sign-up');
  await heading(page, 'Create your account').waitFor();
  await take('sign-up');
  const handle = `ada-${variant}@example.org`;
  await askForCode(page, handle);
  await take('code');
  await page.goto('/dev/mailbox');
  await page.getByText(handle).first().waitFor();
  await take('mailbox');
  await askForCode(page, handle);
  await codeField(page).fill(await newestCode(server.url, handle));
  await heading(page, 'Create your passkey').waitFor();
  await take('passkey');
  await page.getByRole('button', { name: 'Create a passkey' }).click();
  await onAccount(page);
  await take('account-first');
  await laptop.unplug();
  await plugIn(page);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('is ready').waitFor();
  await page.reload();
  await onAccount(page);
  await take('account');
  await page
    .getByRole('button', { name: /^Remove/ })
    .first()
    .click();
  await page.getByRole('dialog').waitFor();
  await page.screenshot({ path: join(folder, `remove-${variant}.png`) });
  await page.goto('/problems');
  await take('problems');
  await context.close();
}

async function picturesOfRefusals(variant, viewport, colorScheme) {
  const { context } = await openBrowser(browser, {
    serverUrl: strict.url,
    viewport,
    colorScheme,
    deviceScaleFactor: 2,
  });
  const page = await context.newPage();
  const device = await plugIn(page, { synced: true });
  // The account page says it over the page, wherever that is scrolled to.
  await refusals({ page, device }, strict.url, (name) =>
    page.screenshot({ path: join(folder, `${name.replaceAll(' ', '-')}-${variant}.png`) }),
  );
  await context.close();
}
