/**
 * Builds what the server embeds and what the package ships.
 *
 *   dist/manifest.json    logical name -> file in dist/assets, for the pages' templates
 *   dist/assets/          hashed files, good for ever
 *   dist/keylane.js       the elements for other sites: one module, needs nothing else
 *   client/dist/          @keylane/client for npm
 *
 * `node build.mjs client` builds the last one alone.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'vite';

const here = new URL('.', import.meta.url).pathname;
const dist = `${here}dist`;

const shared = {
  root: here,
  configFile: false,
  logLevel: 'warn',
  resolve: { conditions: ['source', 'module', 'browser', 'production'] },
};
// light-dark() and constructable style sheets are the youngest things in use.
const targets = { target: 'es2022', cssTarget: ['chrome123', 'firefox120', 'safari17.5'] };

if (process.argv[2] === 'client') {
  await buildClient();
} else {
  await rm(dist, { recursive: true, force: true });
  await buildClient();
  await buildPages();
  await buildElements();
  await report();
}

async function buildClient() {
  await build({
    ...shared,
    build: {
      ...targets,
      outDir: `${here}client/dist`,
      emptyOutDir: true,
      minify: false,
      lib: { entry: `${here}client/src/index.ts`, formats: ['es'], fileName: () => 'index.js' },
    },
  });
}

// No library build: Vite leaves the white space in those.
async function buildElements() {
  await build({
    ...shared,
    build: {
      ...targets,
      outDir: dist,
      emptyOutDir: false,
      modulePreload: false,
      rolldownOptions: {
        input: `${here}elements/src/index.ts`,
        preserveEntrySignatures: 'strict',
        output: { codeSplitting: false, entryFileNames: 'keylane.js' },
      },
    },
  });
}

async function buildPages() {
  await build({
    ...shared,
    base: '/assets/',
    plugins: [icon(), manifest()],
    build: {
      ...targets,
      outDir: `${dist}/assets`,
      emptyOutDir: true,
      modulePreload: false,
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: { pages: `${here}pages/src/index.ts` },
        output: {
          codeSplitting: false,
          hashCharacters: 'hex',
          entryFileNames: '[name]-[hash:12].js',
          assetFileNames: '[name]-[hash:12][extname]',
        },
      },
    },
  });
}

function icon() {
  return {
    name: 'keylane-icon',
    async generateBundle() {
      const source = await readFile(`${here}pages/src/icon.svg`);
      this.emitFile({ type: 'asset', name: 'icon.svg', source });
    },
  };
}

/** `{"pages.js": "pages-0123456789ab.js", …}`: what the templates ask for by name. */
function manifest() {
  return {
    name: 'keylane-manifest',
    async writeBundle(_, bundle) {
      const files = Object.keys(bundle).sort();
      const named = files.map((file) => [file.replace(/-[0-9a-f]{12}(?=\.[a-z]+$)/, ''), file]);
      const json = JSON.stringify(Object.fromEntries(named), null, 2);
      await writeFile(`${dist}/manifest.json`, `${json}\n`);
    },
  };
}

async function report() {
  const names = Object.values(JSON.parse(await readFile(`${dist}/manifest.json`, 'utf8')));
  for (const file of [...names.map((name) => `assets/${name}`), 'keylane.js']) {
    const bytes = await readFile(`${dist}/${file}`);
    const brotli = (brotliCompressSync(bytes).length / 1000).toFixed(1);
    console.log(`${file.padEnd(34)} ${(bytes.length / 1000).toFixed(1)} kB, ${brotli} kB brotli`);
  }
}
