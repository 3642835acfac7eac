import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { stage } from '../harness/person.js';
import { freePort } from '../harness/server.js';
import { handleField, newHandle, signInButton, signInShows, signUp } from '../harness/steps.js';

const EXAMPLE = fileURLToPath(new URL('../../../examples/plain-html/', import.meta.url));
const keylane = stage();

/** The example's own back end, as its README starts it. */
async function startExample(t) {
  if (!existsSync(`${EXAMPLE}node_modules`)) {
    await promisify(execFile)('npm', ['ci'], { cwd: EXAMPLE });
  }
  const port = await freePort();
  const child = spawn(process.execPath, ['server.mjs'], {
    cwd: EXAMPLE,
    env: { ...process.env, PORT: String(port), KEYLANE: keylane.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill());
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return `http://localhost:${port}`;
}

test('the example signs its user in from its own origin and its back end takes the token', async (t) => {
  const example = await startExample(t);
  const { page, device } = await keylane.newPerson(t);
  const handle = newHandle();
  await signUp(page, keylane.url, handle);
  await device.letGo();
  await page.goto(example);
  await signInShows(page);
  await device.touch();
  await signInButton(page).click();
  await page.getByText(`Hello, ${handle}. Your token is good.`).waitFor();
  const kept = await page.evaluate(() => localStorage.length + sessionStorage.length);
  assert.equal(kept, 0, 'a token was stored');
  assert.equal(await handleField(page).isVisible(), false);
});

test('the back end of the example refuses a stranger and a forged token', async (t) => {
  const example = await startExample(t);
  assert.equal((await fetch(`${example}/api/hello`)).status, 401);
  const forged = { headers: { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' } };
  assert.equal((await fetch(`${example}/api/hello`, forged)).status, 401);
});
