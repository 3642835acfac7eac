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
const START_MS = 30_000;
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

  const deadline = Date.now() + START_MS;
  while (!(await answers(`${url}/v1/config`))) {
    if (!running || Date.now() > deadline) {
      const state = running ? 'does not answer' : await ended;
      await stop();
      throw new Error(`${BINARY} ${state}\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return { url, stop, output: () => output };
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

/** The newest code that the development mailbox holds for an address. */
export async function newestCode(serverUrl, handle) {
  const response = await fetch(`${serverUrl}/dev/mailbox.json`);
  const { mails } = await response.json();
  const mail = mails.find((it) => it.to === handle && it.code);
  if (!mail) throw new Error(`no code for ${handle} in the mailbox`);
  return mail.code;
}
