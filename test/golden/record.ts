/** `npm run golden`: records what each scenario writes today, for those that were never recorded. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fieldsRead } from './fields.ts';
import { goldenFiles, record, recordFields } from './files.ts';
import { folded } from './log.ts';
import { SCENARIOS } from './scenarios.ts';

const { version } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../packages/core/package.json'), 'utf8'),
) as { version: string };

it('records the scenarios that were not recorded before', () => {
  const known = new Set(goldenFiles().map(({ name }) => name));
  for (const scenario of SCENARIOS) {
    if (known.has(scenario.name)) continue;
    const log = scenario.play();
    record(version, scenario.name, log, folded(log));
    console.log(`recorded ${version}/${scenario.name}: ${log.rows.length} events`);
  }
  recordFields(fieldsRead(goldenFiles().map(({ log }) => log)));
  expect(goldenFiles().length).toBeGreaterThanOrEqual(known.size);
});
