import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientCapabilities, supportsAutofill } from '../dist/index.js';
import { browserWith } from './stage.js';

const no = { isConditionalMediationAvailable: undefined };
const noSignals = {
  signalAllAcceptedCredentials: false,
  signalCurrentUserDetails: false,
  signalUnknownCredential: false,
};

test('what the browser tells is given, and what it leaves out is not known', async () => {
  const told = {
    conditionalCreate: true,
    hybridTransport: false,
    signalUnknownCredential: true,
    'extension:prf': true,
  };
  browserWith({ ...no, getClientCapabilities: async () => told });
  assert.deepEqual(await clientCapabilities(), { ...noSignals, ...told });
});

test('a browser that cannot tell all knows what its older methods know', async () => {
  browserWith({
    isConditionalMediationAvailable: async () => true,
    isUserVerifyingPlatformAuthenticatorAvailable: async () => false,
    signalUnknownCredential: async () => {},
  });
  assert.deepEqual(await clientCapabilities(), {
    ...noSignals,
    signalUnknownCredential: true,
    conditionalGet: true,
    userVerifyingPlatformAuthenticator: false,
  });
});

test('a password manager that stands in for the browser is believed', async () => {
  browserWith({
    getClientCapabilities: async () => ({
      conditionalGet: false,
      userVerifyingPlatformAuthenticator: false,
    }),
    isConditionalMediationAvailable: async () => true,
    isUserVerifyingPlatformAuthenticatorAvailable: async () => true,
  });
  const { conditionalGet, userVerifyingPlatformAuthenticator } = await clientCapabilities();
  assert.deepEqual([conditionalGet, userVerifyingPlatformAuthenticator], [true, true]);
});

test('a method that fails leaves its answer unknown and the others in place', async () => {
  browserWith({
    getClientCapabilities: () => Promise.reject(new DOMException('no', 'NotSupportedError')),
    isConditionalMediationAvailable: async () => true,
    isUserVerifyingPlatformAuthenticatorAvailable: () => {
      throw new TypeError('detached');
    },
  });
  assert.deepEqual(await clientCapabilities(), { ...noSignals, conditionalGet: true });
});

test('a browser without passkeys tells nothing', async () => {
  browserWith({ getClientCapabilities: async () => ({ conditionalGet: true }) });
  delete globalThis.PublicKeyCredential;
  assert.deepEqual(await clientCapabilities(), {});
  assert.equal(await supportsAutofill(), false);
});

for (const [statics, expected] of [
  [{ isConditionalMediationAvailable: async () => true }, true],
  [{ isConditionalMediationAvailable: async () => false }, false],
  [{ ...no, getClientCapabilities: async () => ({ conditionalGet: true }) }, true],
  [{ ...no, getClientCapabilities: async () => ({}) }, false],
  [no, false],
]) {
  test(`autofill with ${Object.keys(statics).pop()} is ${expected}`, async () => {
    browserWith(statics);
    assert.equal(await supportsAutofill(), expected);
  });
}
