/**
 * The picture in the README: `npm run picture -- <file.png>`.
 * A real account on a real server. Only the providers are made up.
 */
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { nameModel, plugIn } from './harness/authenticator.js';
import { launch, openBrowser } from './harness/browser.js';
import { startServer } from './harness/server.js';
import { heading, onAccount, passkeyCards, signUp } from './harness/steps.js';

const file = resolve(process.env.INIT_CWD ?? '.', process.argv[2] ?? 'keylane.png');
const HANDLE = 'ada@example.org';
const MAC =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15';
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';
const APPLE = 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd';
const ONE_PASSWORD = 'bada5566-a7aa-401f-bd96-45619a55120d';
const YUBIKEY = 'fa2b99dc-9e39-4257-8f92-4a30d23c4118';
const WIDE = { width: 880, height: 818 };
const NARROW = { width: 390, height: 590 };

const server = await startServer();
const browser = await launch();
try {
  const account = await accountPage();
  const signIn = await signInPage();
  await compose(account, signIn);
} finally {
  await browser.close();
  await server.stop();
}
console.log(`the picture is ${file}`);

async function accountPage() {
  const { context } = await openBrowser(browser, {
    serverUrl: server.url,
    viewport: WIDE,
    colorScheme: 'light',
    deviceScaleFactor: 2,
    locale: 'en-GB',
    userAgent: MAC,
  });
  const page = await context.newPage();
  let authenticator = await plugIn(page, { synced: true });
  await nameModel(page, APPLE);
  await signUp(page, server.url, HANDLE);
  const [passkey] = await authenticator.passkeys();
  await signInOnPhone(passkey);
  for (const [aaguid, kind] of [
    [ONE_PASSWORD, { synced: true }],
    [YUBIKEY, { transport: 'usb' }],
  ]) {
    await authenticator.unplug();
    authenticator = await plugIn(page, kind);
    await nameModel(page, aaguid);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('is ready').waitFor();
  }
  await page.reload();
  await onAccount(page);
  await passkeyCards(page).nth(2).waitFor();
  return page.screenshot();
}

async function signInOnPhone(passkey) {
  const { context } = await openBrowser(browser, { serverUrl: server.url, userAgent: PHONE });
  const page = await context.newPage();
  const phone = await plugIn(page, { synced: true });
  await phone.give(passkey);
  // A virtual authenticator accepts what autofill offers, without waiting for a choice.
  await page.goto('/sign-in');
  await onAccount(page);
}

async function signInPage() {
  const { context } = await openBrowser(browser, {
    serverUrl: server.url,
    viewport: NARROW,
    colorScheme: 'dark',
    deviceScaleFactor: 2,
  });
  const page = await context.newPage();
  await page.goto('/sign-in');
  await heading(page, 'Sign in').waitFor();
  return page.screenshot();
}

async function compose(account, signIn) {
  const page = await browser.newPage({ viewport: { width: 1600, height: 960 } });
  const source = (png) => `data:image/png;base64,${png.toString('base64')}`;
  await page.setContent(`<!doctype html>
    <style>
      body { margin: 0; height: 100vh; background: #d3e3df; }
      img { position: absolute; border-radius: 18px; box-shadow: 0 18px 48px #06211e40; }
      .account { left: 72px; top: 59px; height: 842px; }
      .sign-in { right: 72px; top: 139px; height: 682px; }
    </style>
    <img class="account" src="${source(account)}">
    <img class="sign-in" src="${source(signIn)}">`);
  await page.waitForFunction(() => [...document.images].every((image) => image.complete));
  await mkdir(dirname(file), { recursive: true });
  await page.screenshot({ path: file });
}
