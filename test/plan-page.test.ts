// The plan in the pages is the plan the command shows; `npm run docs:plan` writes it anew.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planPages } from '../scripts/plan-page.ts';

const root = join(import.meta.dirname, '..');

test('the plan in the pages is what the command shows today', async () => {
  for (const [name, content] of await planPages()) {
    expect(readFileSync(join(root, name), 'utf8'), `${name}: npm run docs:plan writes it anew`).toBe(content);
    if (name.endsWith('.md')) expect(content).toContain('```text plan\nmulti_agent_research 1.0\n');
  }
});
