// One configuration for every test of the workspace. Sources are used unbuilt, as in development.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/**/*.test.ts', 'examples/**/*.test.ts', 'apps/**/*.test.ts', 'test/**/*.test.ts'],
    // Needs Python: `npm run test:networkx`.
    exclude: ['**/node_modules/**', '**/dist/**', '**/.cache/**', 'test/networkx/**'],
    environment: 'node',
    // Processes, not threads: tests open database files, send signals and change their working folder.
    pool: 'forks',
    // One for each core: many tests only wait for the processes they started.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.suite.ts'],
      reporter: ['text-summary', 'html', 'json-summary'],
      thresholds: {
        lines: 95,
        branches: 95,
        functions: 95,
        statements: 95,
        'packages/core/src/**/*.ts': { lines: 100, branches: 100, functions: 100, statements: 100 },
      },
    },
  },
});
