import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, registerPasskey, verifyCode } from '../dist/index.js';
import { attestation, browserWith, bytes, problem, serve, session, tokens } from './stage.js';

const FINISH = 'POST /v1/registration/finish';
const WISHES = {
  hints: ['security-key'],
  attestation: 'direct',
  attestationFormats: ['packed', 'tpm'],
};
const publicKey = {
  challenge: 'AAAA',
  rp: { id: 'example.org', name: 'Example' },
  user: { id: 'AQ', name: 'ada@example.org', displayName: 'Ada' },
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  ...WISHES,
};
const made = () => [201, { passkey: {}, session: null }];

/** Registers in a browser with these statics; tells what it was asked, and which signals it got. */
async function register({ finish = made, ...statics } = {}) {
  const signals = [];
  let asked;
  browserWith({
    create: async (options) => {
      asked = options.publicKey;
      return attestation;
    },
    signalUnknownCredential: async (it) => signals.push(['unknown', it]),
    signalCurrentUserDetails: async (it) => signals.push(['details', it]),
    ...statics,
  });
  serve({
    'POST /v1/signup/verify': () => [200, session(tokens(1))],
    'POST /v1/session/refresh': () => [200, session(tokens(2))],
    'POST /v1/registration/begin': () => [200, { publicKey }],
    [FINISH]: finish,
  });
  const keylane = connect('https://login.example.org');
  await verifyCode(keylane, 'id', '123456');
  const error = await registerPasskey(keylane).then(
    () => null,
    (it) => it,
  );
  return { asked, signals, error };
}

test('hints and the wanted attestation reach a browser that cannot parse the options', async () => {
  const { asked } = await register();
  const { hints, attestation: conveyance, attestationFormats } = asked;
  assert.deepEqual({ hints, attestation: conveyance, attestationFormats }, WISHES);
});

test('hints and the wanted attestation stay where the browser’s parser drops them', async () => {
  const parsed = { challenge: bytes(9), attestation: 'none' };
  const { asked } = await register({ parseCreationOptionsFromJSON: () => parsed });
  // What the parser did read is the browser's own.
  assert.deepEqual(asked, { ...WISHES, ...parsed });
});

for (const code of [
  'authenticator_refused',
  'registration_refused',
  'ceremony_expired',
  'too_many_passkeys',
  'step_up_required',
]) {
  test(`a passkey that was made and then refused as ${code} is offered no more`, async () => {
    const { signals, error } = await register({ finish: () => problem(403, code) });
    assert.equal(error.code, code);
    assert.deepEqual(signals, [['unknown', { rpId: 'example.org', credentialId: 'AQID' }]]);
  });
}

for (const [code, finish] of [
  ['credential_exists', () => problem(409, 'credential_exists')],
  ['ceremony_spent', () => problem(400, 'ceremony_spent')],
  ['session_required', () => problem(401, 'session_required')],
  ['store_unavailable', () => problem(503, 'store_unavailable')],
  ['rate_limited', () => problem(429, 'too_many_requests')],
  ['network', () => Promise.reject(new TypeError('connection reset'))],
]) {
  test(`a passkey that the server may have kept (${code}) is still offered`, async () => {
    const { signals, error } = await register({ finish });
    assert.equal(error.code, code);
    assert.deepEqual(signals, []);
  });
}

test('a refusal says why where the browser cannot signal, or fails at it', async () => {
  const finish = () =>
    problem(403, 'authenticator_refused', {
      reason: 'authenticator_synced',
      detail: 'Use a security key.',
    });
  for (const signalUnknownCredential of [
    undefined,
    () => Promise.reject(new DOMException('no', 'SecurityError')),
  ]) {
    const { error } = await register({ finish, signalUnknownCredential });
    assert.equal(error.code, 'authenticator_refused');
    assert.equal(error.problem.reason, 'authenticator_synced');
    assert.equal(error.detail, 'Use a security key.');
  }
});

test('after a registration the provider hears what the account is called', async () => {
  const { signals } = await register();
  const details = {
    rpId: 'example.org',
    userId: 'AQ',
    name: 'ada@example.org',
    displayName: 'Ada',
  };
  assert.deepEqual(signals, [['details', details]]);
});

test('a registration succeeds where the browser cannot signal names, or fails at it', async () => {
  for (const signalCurrentUserDetails of [
    undefined,
    () => {
      throw new TypeError('detached');
    },
    () => Promise.reject(new DOMException('no', 'SecurityError')),
  ]) {
    assert.equal((await register({ signalCurrentUserDetails })).error, null);
  }
});
