import { DocumentWorld } from '@cantata/testing';
import { expect, test } from 'vitest';

const LINKS: Readonly<Record<string, readonly string[]>> = { home: ['news', 'shop'], shop: ['tea'] };

test('items that agents add while their task is open', async () => {
  const world = await DocumentWorld.of(new URL('growing.yaml', import.meta.url));
  world.agents.on('crawl', async ({ input }) => ({
    kind: 'completed',
    output: `read ${input as string}`,
    directives: [{ kind: 'add_items', task: 'crawl', items: LINKS[input as string] ?? [] }],
  }));
  await world.ended(await world.start({ start: 'home' }));
  const read = ['read home', 'read news', 'read shop', 'read tea'];
  expect(world.agents.at('index')[0]?.input).toEqual(read);
  await world.close();
});
