// `npm run test:networkx`: what needs Python or its graph library, which the tests of a newcomer do not.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/networkx/*.test.ts'],
    environment: 'node',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
