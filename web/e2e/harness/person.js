/** A test's stage: one server and one Chromium for a file, a fresh browser context for each test. */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { plugIn } from './authenticator.js';
import { launch, openBrowser } from './browser.js';
import { startServer } from './server.js';

/**
 * Starts a server and a browser for all tests of a file. Call it at the top of the file.
 *
 * @returns {{ url: string, server: object, newPerson: (options?: object) => Promise<object> }}
 */
export function stage(settings) {
  const it = { url: '', server: undefined, browser: undefined };
  before(async () => {
    it.server = await startServer(settings);
    it.url = it.server.url;
    it.browser = await launch();
  });
  after(async () => {
    await it.browser?.close();
    await it.server?.stop();
  });
  return Object.assign(it, { newPerson: (test, options) => newPerson(it, test, options) });
}

/**
 * A person with a browser of their own and one authenticator. When the test ends, it fails if the
 * content security policy blocked anything or a script threw.
 */
async function newPerson(it, test, { authenticator = {}, ...options } = {}) {
  const { context, violations, errors } = await openBrowser(it.browser, {
    serverUrl: it.url,
    ...options,
  });
  const page = await context.newPage();
  const device = authenticator && (await plugIn(page, authenticator));
  test.after(async () => {
    await context.close();
    assert.deepEqual(violations, [], 'the content security policy blocked something');
    assert.deepEqual(errors, [], 'a script threw');
  });
  return { context, page, device };
}
