/** Requests and outcomes are known for as long as the settings say, and not for ever. */
import { describe, expect, it } from 'vitest';
import { inWorld, STORES, type World } from '../world.suite.ts';

const HOUR = 3_600_000;
/** Nothing else happens meanwhile. */
const settings = { requestRetentionMs: HOUR, reconcileMs: 10_000, inboxPollMs: 100 * HOUR, leaseMs: HOUR };
const [[, memory]] = STORES as [(typeof STORES)[number]];

async function claimed(world: World, count: number): Promise<() => Promise<readonly string[]>> {
  const { requests } = await world.store();
  const claims = Array.from({ length: count }, (_, n) => ({
    tenant: 'default',
    key: `key-${n}`,
    digest: 'd',
    id: world.clock.id(),
    at: world.clock.now(),
  }));
  for (const claim of claims) await requests.claim(claim);
  return async () => Promise.all(claims.map(async (one) => (await requests.claim(one)).kind));
}

describe.each(STORES)('what came long ago, on the %s store', (_, share) => {
  it(
    'is known for as long as it is to be, its outcome a little longer, and then forgotten',
    inWorld(share, async (world) => {
      const process = await world.process({ settings });
      const kinds = await claimed(world, 1);
      const { inbox } = await world.store();
      const id = world.clock.id();
      await world.start(process, await world.workflow(process), { requestId: id });
      await world.clock.advance(HOUR - 1_000);
      expect(await kinds()).toEqual(['again']);
      await world.clock.advance(2 * 60_000);
      expect(await kinds()).toEqual(['new']);
      expect(await inbox.outcome(id)).toBeDefined();
      await world.clock.advance(HOUR);
      expect(await inbox.outcome(id)).toBeUndefined();
    }),
  );

  it(
    'that cannot be forgotten now is tried again',
    inWorld(share, async (world) => {
      const process = await world.process({ settings });
      const kinds = await claimed(world, 1);
      await world.clock.advance(HOUR - 1_000);
      process.store.refuse('requests.prune', 'store_unavailable');
      await world.clock.advance(60_000);
      expect(await kinds()).toEqual(['again']);
      expect(process.logged.map(({ message }) => message)).toContain('what is old could not be forgotten');
      await world.clock.advance(70_000);
      expect(await kinds()).toEqual(['new']);
    }),
  );
});

it(
  'what came long ago is forgotten batch by batch, by who owns the shards alone, and looked for once a minute',
  inWorld(memory, async (world) => {
    const owner = await world.process({ settings });
    const client = await world.process({ settings });
    const kinds = await claimed(world, 2_500);
    await world.clock.advance(HOUR + 120_000);
    expect(new Set(await kinds())).toEqual(new Set(['new']));
    expect(client.store.calls.get('requests.prune')).toBeUndefined();
    const asked = owner.store.calls.get('requests.prune') ?? 0;
    expect(asked).toBeGreaterThan(3);
    expect(asked).toBeLessThan(80);
  }),
);
