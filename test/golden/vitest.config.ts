// `npm run golden`: not a test, so that no test run ever records anything.

import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['test/golden/record.ts'], environment: 'node' } });
