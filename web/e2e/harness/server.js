/** A real Keylane server of the test's own, on free ports, with an empty store. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BINARY =
  process.env.KEYLANE_BIN ??
  fileURLToPath(new URL('../../../target/debug/keylane', import.meta.url));
// With a busy machine; a passing test does not wait.
const PATIENCE_MS = 30_000;
const POLL_MS = 50;

/**
 * Starts `keylane serve` and waits until it answers.
 *
 * @param {Record<string, string>} [settings] further environment variables
 */
export async function startServer(settings = {}) {
  const [port, opsPort] = await Promise.all([freePort(), freePort()]);
  const store = await mkdtemp(join(tmpdir(), 'keylane-e2e-'));
  const url = `http://localhost:${port}`;
  const child = spawn(BINARY, ['serve'], {
    cwd: store,
    env: {
      ...process.env,
      KEYLANE_SERVER__LISTEN: `127.0.0.1:${port}`,
      KEYLANE_SERVER__PUBLIC_URL: url,
      KEYLANE_SERVER__OPS_LISTEN: `127.0.0.1:${opsPort}`,
      KEYLANE_STORE__PATH: store,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const ended = new Promise((resolve) => {
    child.on('exit', (code, signal) => resolve(`ended with ${code ?? signal}`));
    child.on('error', (error) => resolve(`did not start: ${error.message}`));
  });
  let running = true;
  ended.then(() => {
    running = false;
  });

  const stop = async () => {
    if (running) child.kill('SIGTERM');
    await ended;
    await rm(store, { recursive: true, force: true });
  };

  try {
    await until(`${BINARY} to answer`, async () => {
      if (!running) throw new Error(`${BINARY} ${await ended}`);
      return answers(`${url}/v1/config`);
    });
  } catch (error) {
    await stop();
    throw new Error(`${error.message}\n${output}`);
  }
  /** Waits until the server has printed something that matches. */
  const printed = (pattern) => until(`the server to print ${pattern}`, () => pattern.exec(output));
  return { url, stop, printed };
}

/** Looks again and again until there is a result, and gives it. */
async function until(what, look) {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`waited in vain for ${what}`);
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/**
 * The newest code that the development mailbox holds for an address. Mails are sent after the
 * answer, so this waits for one; for another one than `not`, if given.
 */
export async function newestCode(serverUrl, handle, { not } = {}) {
  const mail = await newestMail(serverUrl, handle, (it) => it.code && it.code !== not);
  return mail.code;
}

/** The newest mail to an address, once it is one that `suits`. */
export function newestMail(serverUrl, handle, suits) {
  return until(`a mail to ${handle}`, async () => {
    const response = await fetch(`${serverUrl}/dev/mailbox.json`);
    const { mails } = await response.json();
    const newest = mails.find((it) => it.to === handle);
    return newest && suits(newest) ? newest : undefined;
  });
}
