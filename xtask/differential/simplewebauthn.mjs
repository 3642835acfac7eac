// Judges vectors with @simplewebauthn/server: cases as a JSON array on standard input, a verdict a line out.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

// The package stands where the working directory is, not beside this file.
const require = createRequire(`${process.cwd()}/package.json`);
const { SettingsService, verifyAuthenticationResponse, verifyRegistrationResponse } = await import(
  pathToFileURL(require.resolve('@simplewebauthn/server')).href
);

const FORMATS = ['packed', 'tpm', 'android-key', 'android-safetynet', 'fido-u2f', 'apple'];

const bytes = (text) => new Uint8Array(Buffer.from(text, 'base64url'));

function pem(text) {
  const lines = Buffer.from(text, 'base64url').toString('base64').match(/.{1,64}/g);
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

const response = (it) => (typeof it === 'string' ? JSON.parse(it) : it);

function register({ ceremony, response: answer }) {
  const certificates = (ceremony.trust_anchors ?? []).map(pem);
  for (const identifier of FORMATS) SettingsService.setRootCertificates({ identifier, certificates });
  return verifyRegistrationResponse({
    response: response(answer),
    expectedChallenge: ceremony.challenge,
    expectedOrigin: ceremony.origin,
    expectedRPID: ceremony.rp_id,
    requireUserPresence: ceremony.mediation !== 'conditional',
    requireUserVerification: ceremony.user_verification === 'required',
    supportedAlgorithmIDs: ceremony.algorithms,
  });
}

function authenticate({ ceremony, credential, response: answer }) {
  return verifyAuthenticationResponse({
    response: response(answer),
    expectedChallenge: ceremony.challenge,
    expectedOrigin: ceremony.origin,
    expectedRPID: ceremony.rp_id,
    requireUserVerification: ceremony.user_verification === 'required',
    credential: {
      id: credential.id,
      publicKey: bytes(credential.public_key),
      counter: credential.sign_count,
    },
  });
}

for (const testCase of JSON.parse(readFileSync(0, 'utf8'))) {
  const judge = testCase.ceremony.kind === 'registration' ? register : authenticate;
  let verdict;
  try {
    const { verified } = await judge(testCase);
    verdict = { verdict: verified ? 'accept' : 'refuse', why: verified ? '' : 'not verified' };
  } catch (error) {
    verdict = { verdict: 'refuse', why: String(error).slice(0, 200) };
  }
  console.log(JSON.stringify({ name: testCase.name, ...verdict }));
}
