import type { Json } from '@cantata/core';
import { expect, test } from 'vitest';
import { Example } from './example.ts';

const LINKS: Readonly<Record<string, readonly string[]>> = { home: ['news', 'shop'], shop: ['tea'] };

test('items that agents add while their task is open', async () => {
  const example = new Example();
  example.agents.on('crawl', async ({ input }) => ({
    kind: 'completed',
    output: `read ${input as string}`,
    directives: [{ kind: 'add_items', task: 'crawl', items: LINKS[input as string] ?? [] }],
  }));
  await example.run('growing', { start: 'home' });
  const read: Json = ['read home', 'read news', 'read shop', 'read tea'];
  expect(example.agents.at('index')[0]?.input).toEqual(read);
});
