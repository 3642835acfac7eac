import { createHash } from 'node:crypto';

/** The model of every virtual authenticator. */
export const MODEL = '01020304-0506-0708-0102-030405060708';

/**
 * A virtual authenticator of the DevTools protocol, such as a phone or a laptop has one.
 *
 * It stores three passkeys at most. While `untouched`, prompts stay open; an open prompt does not
 * notice a later touch, so touch before asking. Autofill is such a prompt: wait until it is open
 * (`autofillWaits`) before a touch that is meant for something else.
 */
export async function plugIn(
  page,
  { touched = true, synced = false, transport = 'internal' } = {},
) {
  await page.addInitScript(noteAutofill);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable', { enableUI: false });
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport,
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: touched,
      defaultBackupEligibility: synced,
      defaultBackupState: synced,
    },
  });
  const send = (method, more = {}) => cdp.send(`WebAuthn.${method}`, { authenticatorId, ...more });
  return {
    touch: () => send('setAutomaticPresenceSimulation', { enabled: true }),
    letGo: () => send('setAutomaticPresenceSimulation', { enabled: false }),
    refuseVerification: () => send('setUserVerified', { isUserVerified: false }),
    allowVerification: () => send('setUserVerified', { isUserVerified: true }),
    passkeys: async () => (await send('getCredentials')).credentials,
    forget: () => send('clearCredentials'),
    give: (credential) => send('addCredential', { credential }),
    unplug: () => send('removeVirtualAuthenticator'),
  };
}

/**
 * Lets the next registrations of a page come from this model or provider. Virtual authenticators
 * are all of one model, so the AAGUID is written into what the browser sends, which no statement
 * signs unless attestation is asked for.
 */
export async function nameModel(page, aaguid) {
  const rpIdHash = createHash('sha256').update('localhost').digest();
  const rewrite = (text) => {
    const bytes = Buffer.from(text, 'base64url');
    // Authenticator data: hash of the RP ID (32), flags (1), counter (4), AAGUID (16).
    bytes.write(aaguid.replaceAll('-', ''), bytes.indexOf(rpIdHash) + 37, 'hex');
    return bytes.toString('base64url');
  };
  await page.unroute('**/v1/registration/finish');
  await page.route('**/v1/registration/finish', (route) => {
    const body = route.request().postDataJSON();
    const { response } = body.credential;
    for (const part of ['attestationObject', 'authenticatorData']) {
      if (response[part]) response[part] = rewrite(response[part]);
    }
    return route.continue({ postData: JSON.stringify(body) });
  });
}

/** Runs in the page: notes whether a request for autofill is pending. */
function noteAutofill() {
  const get = navigator.credentials.get.bind(navigator.credentials);
  navigator.credentials.get = (options) => {
    const asked = get(options);
    if (options?.mediation === 'conditional') {
      globalThis.autofillIsPending = true;
      const settle = () => {
        globalThis.autofillIsPending = false;
      };
      asked.then(settle, settle);
    }
    return asked;
  };
}

/** Resolves when autofill waits for somebody to pick a passkey. */
export async function autofillWaits(page) {
  await page.waitForFunction(() => globalThis.autofillIsPending);
}
