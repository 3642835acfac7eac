/** Debian's Chromium, driven over the DevTools protocol. */
import { chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

// Patience with a busy machine; a passing test does not wait.
const PATIENCE_MS = 15_000;

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_BIN ?? '/usr/bin/chromium',
    args: FLAGS,
    headless: true,
  });
}

/**
 * A person's own browser: cookies and passkeys apart from everybody else's.
 * `violations` gathers what the content security policy blocked, `errors` what scripts threw.
 */
export async function openBrowser(browser, { serverUrl, ...options } = {}) {
  const context = await browser.newContext({
    baseURL: serverUrl,
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const violations = [];
  const errors = [];
  context.on('console', (message) => {
    const text = message.text();
    if (/content security policy|trusted ?types?/i.test(text)) violations.push(text);
  });
  context.on('weberror', (error) => errors.push(error.error().stack ?? String(error.error())));
  return { context, violations, errors };
}
