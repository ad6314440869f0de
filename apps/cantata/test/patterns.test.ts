// `cantata patterns`: what a workflow can name.
import { describe, expect, test } from 'vitest';
import { cantata, type Result } from './in-process.ts';

const call = (...args: readonly string[]): Promise<Result> => cantata(args, { cwd: import.meta.dirname });

describe('patterns', () => {
  test('lists those that a workflow can name, with their roles', async () => {
    const { code, out, err } = await call('patterns');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^PATTERN +ROLES +WHAT FOR$/m);
    expect(out).toMatch(/^supervisor +supervisor, worker +One agent leads/m);
    expect(out).toMatch(/^debate +judge, debater +Rounds of argument/m);
  });

  test('says of one what it needs and lets you choose', async () => {
    const { code, out } = await call('patterns', 'auction');
    expect(code).toBe(0);
    expect(out).toMatch(/^auction 1: All are asked/m);
    expect(out).toMatch(/^bidder +1 to any +bids for the work/m);
    expect(out).toMatch(/^patience_seconds +60 +How long bids are waited for/m);
    expect(out).toContain('Its agents may ask for: bid.');
    const { out: plain } = await call('patterns', 'sequential');
    expect(plain).toContain('Its agents may ask for: nothing.');
  });

  test('gives programs all of it', async () => {
    const { out } = await call('patterns', '--json');
    const all = JSON.parse(out) as { name: string }[];
    expect(all).toContainEqual(
      expect.objectContaining({
        name: 'map_reduce',
        version: '1',
        roles: expect.anything(),
        options: expect.anything(),
      }),
    );
  });

  test('says of one there is not which there are', async () => {
    expect(await call('patterns', 'swarming')).toMatchObject({ code: 2 });
    expect((await call('patterns', 'swarming')).err).toContain(
      'there is no pattern swarming; there are supervisor',
    );
  });
});
