/** A page's surroundings for the client: a server that answers from a table, and a passkey prompt. */

/** Answers by "METHOD /path": a function of the request, returning `[status, body]`. */
export function serve(routes) {
  const requests = [];
  globalThis.fetch = async (url, init = {}) => {
    const { pathname, search } = new URL(url);
    const request = {
      route: `${init.method} ${pathname}${search}`,
      body: init.body === undefined ? undefined : JSON.parse(init.body),
      headers: Object.fromEntries(init.headers ?? []),
      credentials: init.credentials,
    };
    requests.push(request);
    if (init.signal?.aborted) throw init.signal.reason;
    const answer = routes[request.route];
    if (!answer) throw new TypeError(`no route ${request.route}`);
    const [status, body, headers = {}] = await answer(request);
    return new Response(body === undefined ? null : JSON.stringify(body), { status, headers });
  };
  return requests;
}

export const problem = (status, code, more = {}) => [status, { status, code, ...more }];

export function bytes(...values) {
  return Uint8Array.from(values).buffer;
}

/** What `navigator.credentials.get` resolves to, as an extension that lacks `toJSON` would make it. */
export const assertion = {
  id: 'AQID',
  rawId: bytes(1, 2, 3),
  type: 'public-key',
  response: {
    clientDataJSON: bytes(4),
    authenticatorData: bytes(5),
    signature: bytes(0xfb, 0xff),
    userHandle: bytes(7),
  },
};

export const attestation = {
  id: 'AQID',
  rawId: bytes(1, 2, 3),
  type: 'public-key',
  response: {
    clientDataJSON: bytes(4),
    attestationObject: bytes(6),
    getTransports: () => ['internal'],
  },
  getClientExtensionResults: () => ({ credProps: { rk: true } }),
};

/**
 * A browser with passkeys. `get` and `create` are called with what the client asked; a `get` that
 * returns nothing stays open until it is aborted.
 */
export function browserWith({ get, create, ...statics } = {}) {
  globalThis.PublicKeyCredential = Object.assign(class {}, {
    isConditionalMediationAvailable: async () => true,
    ...statics,
  });
  const credentials = {
    get: (options) => get?.(options) ?? untilAborted(options.signal),
    create: (options) => create(options),
  };
  Object.defineProperty(globalThis, 'navigator', { value: { credentials }, configurable: true });
  globalThis.document = { visibilityState: 'visible' };
}

function untilAborted(signal) {
  return new Promise((_, reject) => {
    const refuse = () => reject(new DOMException('aborted', 'AbortError'));
    if (signal?.aborted) refuse();
    signal?.addEventListener('abort', refuse);
  });
}

export const refusal = (name) => Promise.reject(new DOMException('no', name));

export const request = { challenge: 'AAAA', rpId: 'example.org', allowCredentials: [] };
export const begun = { publicKey: request, expires_in_s: 300 };

export function session(tokens = {}) {
  return {
    user: { id: 'u1', handle: 'ada@example.org', role: 'member' },
    session: {
      id: 's1',
      amr: ['pop'],
      assurance: 'passkey',
      authenticated_at_ms: 1,
      expires_at_ms: 2,
    },
    ...tokens,
  };
}

export const tokens = (n, expires_in_s = 300) => ({
  access_token: `access-${n}`,
  refresh_token: `refresh-${n}`,
  expires_in_s,
});
