import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accessToken,
  connect,
  listPasskeys,
  me,
  refresh,
  registerPasskey,
  removePasskey,
  signOut,
  verifyCode,
} from '../dist/index.js';
import { attestation, browserWith, bytes, problem, serve, session, tokens } from './stage.js';

const VERIFY = 'POST /v1/signup/verify';
const REFRESH = 'POST /v1/session/refresh';
const ME = 'GET /v1/me';

/** A connection whose visitor signed in with tokens number 1. */
async function signedIn(routes, expiresInS = 300) {
  browserWith();
  const requests = serve({ [VERIFY]: () => [200, session(tokens(1, expiresInS))], ...routes });
  const keylane = connect('https://login.example.org');
  await verifyCode(keylane, 'id', '123456');
  requests.length = 0;
  return { keylane, requests };
}

test('calls carry the access token and never cookies to another origin', async () => {
  const { keylane, requests } = await signedIn({ [ME]: () => [200, session()] });
  await me(keylane);
  assert.equal(requests[0].headers.authorization, 'Bearer access-1');
  assert.equal(requests[0].credentials, 'omit');
});

test('on Keylane’s own pages the session is a cookie', async (t) => {
  globalThis.location = { origin: 'https://login.example.org' };
  t.after(() => delete globalThis.location);
  browserWith();
  const requests = serve({ [ME]: () => [200, session()] });
  const keylane = connect('https://login.example.org/');
  assert.equal(keylane.delivery, 'cookie');
  await me(keylane);
  assert.equal(requests[0].credentials, 'same-origin');
  assert.equal(requests[0].headers.authorization, undefined);
});

test('a connection shows no token to whoever prints it', async () => {
  const { keylane } = await signedIn({});
  assert.deepEqual(JSON.parse(JSON.stringify(keylane)), {
    server: 'https://login.example.org',
    delivery: 'token',
  });
});

test('an access token that has run out is renewed once for all who wait', async () => {
  let served = 1;
  const { keylane, requests } = await signedIn(
    {
      [REFRESH]: () => {
        served += 1;
        return [200, session(tokens(served))];
      },
      [ME]: () => [200, session()],
    },
    0,
  );
  const both = await Promise.all([accessToken(keylane), accessToken(keylane), me(keylane)]);
  assert.deepEqual(both.slice(0, 2), ['access-2', 'access-2']);
  const refreshes = requests.filter((it) => it.route === REFRESH);
  assert.deepEqual(
    refreshes.map((it) => it.body),
    [{ refresh_token: 'refresh-1' }],
  );
});

test('a call that the server no longer takes is repeated with new tokens', async () => {
  const { keylane, requests } = await signedIn({
    [REFRESH]: () => [200, session(tokens(2))],
    [ME]: ({ headers }) =>
      headers.authorization === 'Bearer access-2'
        ? [200, session()]
        : problem(401, 'session_required'),
  });
  await me(keylane);
  assert.deepEqual(
    requests.map((it) => it.route),
    [ME, REFRESH, ME],
  );
});

test('a session that has ended forgets its tokens', async () => {
  const { keylane } = await signedIn({ [REFRESH]: () => problem(401, 'refresh_refused') });
  await assert.rejects(refresh(keylane), { code: 'refresh_refused' });
  await assert.rejects(accessToken(keylane), { code: 'session_required' });
});

test('a refresh that fails on the way keeps the tokens for another try', async () => {
  let calls = 0;
  const { keylane } = await signedIn({
    [REFRESH]: () => {
      calls += 1;
      if (calls === 1) throw new TypeError('connection reset');
      return [200, session(tokens(2))];
    },
  });
  await assert.rejects(refresh(keylane), { code: 'network' });
  assert.equal((await refresh(keylane)).access_token, 'access-2');
});

test('signing out forgets the tokens, also when the session had ended already', async () => {
  const { keylane } = await signedIn({
    'POST /v1/session/logout': () => problem(401, 'session_required'),
    [REFRESH]: () => problem(401, 'refresh_refused'),
  });
  await signOut(keylane);
  await assert.rejects(accessToken(keylane), { code: 'session_required' });
});

test('a first passkey raises the session and its tokens take the place of the old', async () => {
  let asked;
  const { keylane, requests } = await signedIn({
    'POST /v1/registration/begin': () => [
      200,
      {
        publicKey: {
          challenge: 'AAAA',
          rp: { id: 'example.org', name: 'Example' },
          user: { id: 'AQ', name: 'ada', displayName: 'ada' },
          pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
          excludeCredentials: [{ type: 'public-key', id: 'Ag' }],
        },
      },
    ],
    'POST /v1/registration/finish': () => [201, { passkey: {}, session: session(tokens(2)) }],
  });
  navigator.credentials.create = async (options) => {
    asked = options;
    return attestation;
  };
  await registerPasskey(keylane, { nickname: 'Blue laptop' });
  assert.deepEqual(asked.publicKey.user.id, bytes(1));
  assert.deepEqual(asked.publicKey.excludeCredentials[0].id, bytes(2));
  assert.deepEqual(requests[1].body, {
    credential: {
      id: 'AQID',
      rawId: 'AQID',
      type: 'public-key',
      response: { clientDataJSON: 'BA', attestationObject: 'Bg', transports: ['internal'] },
      clientExtensionResults: { credProps: { rk: true } },
    },
    nickname: 'Blue laptop',
  });
  assert.equal(await accessToken(keylane), 'access-2');
});

test('a device that has a passkey of the account is already_registered', async () => {
  const publicKey = {
    challenge: 'AAAA',
    rp: { name: 'Example' },
    user: { id: 'AQ', name: 'ada', displayName: 'ada' },
    pubKeyCredParams: [],
  };
  const { keylane } = await signedIn({ 'POST /v1/registration/begin': () => [200, { publicKey }] });
  navigator.credentials.create = () =>
    Promise.reject(new DOMException('excluded', 'InvalidStateError'));
  await assert.rejects(registerPasskey(keylane), { code: 'already_registered' });
});

test('listing passkeys tells the provider which are accepted, where server and browser can', async () => {
  const accepted = { rp_id: 'example.org', user_id: 'AQ', credential_ids: ['Ag'] };
  const { keylane } = await signedIn({
    'GET /v1/me/credentials': () => [200, { passkeys: [], accepted }],
  });
  await listPasskeys(keylane);
  const signals = [];
  PublicKeyCredential.signalAllAcceptedCredentials = async (signal) => signals.push(signal);
  await listPasskeys(keylane);
  assert.deepEqual(signals, [
    { rpId: 'example.org', userId: 'AQ', allAcceptedCredentialIds: ['Ag'] },
  ]);
});

test('the last passkey is removed only when confirmed', async () => {
  const { keylane } = await signedIn({
    'DELETE /v1/me/credentials/p1': () => problem(409, 'last_passkey'),
    'DELETE /v1/me/credentials/p1?last=confirm': () => [204],
  });
  await assert.rejects(removePasskey(keylane, 'p1'), { code: 'last_passkey' });
  await removePasskey(keylane, 'p1', { last: 'confirm' });
});
