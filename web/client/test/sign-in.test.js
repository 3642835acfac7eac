import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  connect,
  signIn,
  signInWithAutofill,
  signInWithHandle,
  verifyCode,
} from '../dist/index.js';
import { assertion, begun, browserWith, bytes, problem, refusal, serve, session } from './stage.js';

const BEGIN = 'POST /v1/authentication/begin';
const FINISH = 'POST /v1/authentication/finish';
const signedIn = { [BEGIN]: () => [200, begun], [FINISH]: () => [200, session()] };

test('sign-in converts options and answer by hand where the browser cannot', async () => {
  let asked;
  browserWith({
    get: async (options) => {
      asked = options;
      return assertion;
    },
  });
  const requests = serve(signedIn);
  const { user } = await signIn(connect('https://login.example.org/'));
  assert.equal(user.handle, 'ada@example.org');
  assert.deepEqual(asked.publicKey.challenge, bytes(0, 0, 0));
  assert.equal(asked.publicKey.rpId, 'example.org');
  assert.deepEqual(requests[1].body.credential, {
    id: 'AQID',
    rawId: 'AQID',
    type: 'public-key',
    response: {
      clientDataJSON: 'BA',
      authenticatorData: 'BQ',
      signature: '-_8',
      userHandle: 'Bw',
    },
    clientExtensionResults: {},
  });
});

test('sign-in uses the browser’s own conversions where it has them', async () => {
  const own = { challenge: bytes(9) };
  let asked;
  browserWith({
    parseRequestOptionsFromJSON: () => own,
    get: async (options) => {
      asked = options;
      return { toJSON: () => ({ id: 'by-the-browser' }) };
    },
  });
  const requests = serve(signedIn);
  await signIn(connect('https://login.example.org'));
  assert.equal(asked.publicKey, own);
  assert.deepEqual(requests[1].body.credential, { id: 'by-the-browser' });
});

test('sign-in with a handle sends the handle', async () => {
  browserWith({ get: async () => assertion });
  const requests = serve(signedIn);
  await signInWithHandle(connect('https://login.example.org'), 'ada@example.org');
  assert.deepEqual(requests[0].body, { handle: 'ada@example.org' });
});

for (const [name, code] of [
  ['NotAllowedError', 'cancelled'],
  ['AbortError', 'aborted'],
  ['NotSupportedError', 'unsupported'],
  ['SecurityError', 'browser_refused'],
]) {
  test(`a browser’s ${name} is ${code}`, async () => {
    browserWith({ get: () => refusal(name) });
    serve(signedIn);
    await assert.rejects(signIn(connect('https://login.example.org')), { code });
  });
}

test('a browser without passkeys is unsupported and the server is not asked', async () => {
  browserWith();
  delete globalThis.PublicKeyCredential;
  const requests = serve(signedIn);
  await assert.rejects(signIn(connect('https://login.example.org')), { code: 'unsupported' });
  assert.equal(requests.length, 0);
});

test('an unknown credential is reported to its provider', async () => {
  const signals = [];
  browserWith({
    get: async () => assertion,
    signalUnknownCredential: async (signal) => signals.push(signal),
  });
  serve({ ...signedIn, [FINISH]: () => problem(401, 'credential_unknown', { detail: 'Gone.' }) });
  await assert.rejects(signIn(connect('https://login.example.org')), {
    code: 'credential_unknown',
    detail: 'Gone.',
    status: 401,
  });
  assert.deepEqual(signals, [{ rpId: 'example.org', credentialId: 'AQID' }]);
});

test('after a sign-in the provider hears what the account is called', async () => {
  const signals = [];
  browserWith({
    get: async () => assertion,
    signalCurrentUserDetails: async (signal) => signals.push(signal),
  });
  serve(signedIn);
  await signIn(connect('https://login.example.org'));
  const name = 'ada@example.org';
  assert.deepEqual(signals, [{ rpId: 'example.org', userId: 'Bw', name, displayName: name }]);
});

test('a sign-in without a user handle signals no names', async () => {
  const signals = [];
  const { userHandle: _, ...response } = assertion.response;
  browserWith({
    get: async () => ({ ...assertion, response }),
    signalCurrentUserDetails: async (signal) => signals.push(signal),
  });
  serve(signedIn);
  await signIn(connect('https://login.example.org'));
  assert.deepEqual(signals, []);
});

test('a sign-in succeeds where the provider fails at names', async () => {
  browserWith({
    get: async () => assertion,
    signalCurrentUserDetails: () => Promise.reject(new DOMException('no', 'SecurityError')),
  });
  serve(signedIn);
  assert.equal((await signIn(connect('https://login.example.org'))).user.id, 'u1');
});

test('a refused passkey is not reported', async () => {
  const signals = [];
  browserWith({
    get: async () => assertion,
    signalUnknownCredential: async (signal) => signals.push(signal),
  });
  serve({ ...signedIn, [FINISH]: () => problem(401, 'authentication_refused') });
  const refused = signIn(connect('https://login.example.org'));
  await assert.rejects(refused, { code: 'authentication_refused' });
  assert.deepEqual(signals, []);
});

test('autofill asks with conditional mediation and resolves with the session', async () => {
  let asked;
  browserWith({
    get: async (options) => {
      asked = options;
      return assertion;
    },
  });
  const requests = serve(signedIn);
  await signInWithAutofill(connect('https://login.example.org'));
  assert.equal(asked.mediation, 'conditional');
  assert.deepEqual(requests[0].body, { mediation: 'conditional' });
});

test('autofill is unsupported where the browser cannot', async () => {
  browserWith({ isConditionalMediationAvailable: async () => false });
  const requests = serve(signedIn);
  const offered = signInWithAutofill(connect('https://login.example.org'));
  await assert.rejects(offered, { code: 'unsupported' });
  assert.equal(requests.length, 0);
});

test('the button ends a pending autofill before it asks', async () => {
  const open = new Set();
  let openAtButton;
  browserWith({
    get: ({ mediation, signal }) => {
      if (!mediation) {
        openAtButton = open.size;
        return Promise.resolve(assertion);
      }
      open.add(signal);
      signal.addEventListener('abort', () => open.delete(signal));
    },
  });
  serve(signedIn);
  const keylane = connect('https://login.example.org');
  const offered = signInWithAutofill(keylane);
  const superseded = assert.rejects(offered, { code: 'aborted' });
  while (open.size === 0) await new Promise((resolve) => setImmediate(resolve));
  await signIn(keylane);
  await superseded;
  assert.equal(openAtButton, 0);
});

test('the button also ends an autofill that is only just starting', async () => {
  const mediations = [];
  browserWith({
    get: async ({ mediation }) => {
      mediations.push(mediation);
      return assertion;
    },
  });
  serve(signedIn);
  const keylane = connect('https://login.example.org');
  const superseded = assert.rejects(signInWithAutofill(keylane), { code: 'aborted' });
  await signIn(keylane);
  await superseded;
  assert.deepEqual(mediations, [undefined]);
});

test('autofill renews its challenge before it expires', async () => {
  let prompts = 0;
  browserWith({
    get: () => {
      prompts += 1;
      return prompts > 1 ? Promise.resolve(assertion) : undefined;
    },
  });
  const requests = serve({ ...signedIn, [BEGIN]: () => [200, { ...begun, expires_in_s: 0.01 }] });
  await signInWithAutofill(connect('https://login.example.org'));
  assert.equal(requests.filter((it) => it.route === BEGIN).length, 2);
});

test('the caller’s signal ends autofill', async () => {
  browserWith();
  serve(signedIn);
  const stop = new AbortController();
  const offered = signInWithAutofill(connect('https://login.example.org'), { signal: stop.signal });
  const ended = assert.rejects(offered, { code: 'aborted' });
  stop.abort();
  await ended;
});

test('too many attempts say how long to wait', async () => {
  browserWith();
  serve({
    'POST /v1/signup/verify': () => [
      429,
      { code: 'too_many_requests', detail: 'Slow down.' },
      { 'retry-after': '17' },
    ],
  });
  await assert.rejects(verifyCode(connect('https://login.example.org'), 'id', '123456'), {
    code: 'rate_limited',
    retryAfterS: 17,
    detail: 'Slow down.',
  });
});

test('an unreachable server, and a proxy’s page, are network errors', async () => {
  browserWith();
  const keylane = connect('https://login.example.org');
  serve({});
  await assert.rejects(verifyCode(keylane, 'id', '123456'), { code: 'network' });
  globalThis.fetch = async () => new Response('<h1>Bad gateway</h1>', { status: 502 });
  await assert.rejects(verifyCode(keylane, 'id', '123456'), { code: 'network', status: 502 });
});
