// Writes the JSON Schema of the workflow language into the package that publishes it: `npm run schema`, whenever the
// language has changed. A test says when the file is stale.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { languageSchema } from '@cantata/definition';

const file = join(import.meta.dirname, '../packages/definition/schema/workflow.schema.json');
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(languageSchema(), null, 2)}\n`);
console.log(file);
