/**
 * The back end of the example: serves the page, and answers `/api/hello` to whoever shows an access
 * token of the Keylane server. Nothing here is Keylane's own; any JWT library does.
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';

const PORT = Number(process.env.PORT ?? 3000);
/** The public URL of the Keylane server, which is also the issuer of its tokens. */
const KEYLANE = process.env.KEYLANE ?? 'http://localhost:8080';
/** The RP ID of the application at Keylane, which is the audience of its tokens. */
const AUDIENCE = process.env.AUDIENCE ?? 'localhost';

const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', KEYLANE));

const FILES = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/app.js': ['app.js', 'text/javascript; charset=utf-8'],
  '/style.css': ['style.css', 'text/css; charset=utf-8'],
};

createServer(async (request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname === '/api/hello') return hello(request, response);
  const file = Object.hasOwn(FILES, pathname) ? FILES[pathname] : undefined;
  if (!file) return json(response, 404, { problem: 'There is nothing here.' });
  const [name, type] = file;
  const text = await readFile(new URL(name, import.meta.url), 'utf8');
  response.writeHead(200, { 'content-type': type });
  // The page says where a fresh Keylane listens; another address is put in its place.
  response.end(text.replaceAll('http://localhost:8080', KEYLANE));
}).listen(PORT, '127.0.0.1', () => {
  console.log(`open http://localhost:${PORT} (signing in at ${KEYLANE})`);
});

async function hello(request, response) {
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (!token) return json(response, 401, { problem: 'Sign in first.' });
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: KEYLANE,
      audience: AUDIENCE,
      algorithms: ['ES256'],
      typ: 'at+jwt',
    });
    // Somebody who has shown an e-mail code only, and no passkey yet, has `code` here.
    if (payload.acr !== 'passkey') return json(response, 403, { problem: 'Use a passkey.' });
    return json(response, 200, { message: `Hello, ${payload.email}. Your token is good.` });
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) console.error(error);
    return json(response, 401, { problem: 'That token is not accepted.' });
  }
}

function json(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
