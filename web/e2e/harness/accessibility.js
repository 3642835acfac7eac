/** axe-core in the page. The browser context must be opened with `bypassCSP: true`. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails with axe's own words when it finds anything. */
export async function assertAccessible(page, where) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.addScriptTag({ content: axe });
  const violations = await page.evaluate(async (tags) => {
    const found = await globalThis.axe.run(document, { runOnly: { type: 'tag', values: tags } });
    return found.violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map((it) => `${it.target.flat().join(' >> ')}: ${it.failureSummary}`),
    }));
  }, TAGS);
  assert.deepEqual(violations, [], `axe on ${where}`);
}
