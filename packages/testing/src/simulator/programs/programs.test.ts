import { describe, expect, it } from 'vitest';
import { compose } from '../compose.ts';
import { scriptOf, seedOf } from '../script.ts';
import { CONSTRUCTS } from './index.ts';

const SEEDS = Array.from({ length: 100 }, (_, n) => n);

describe('random programs', () => {
  it.each(CONSTRUCTS.map(({ name }) => name))('take most pieces of %s', (construct) => {
    const refused = SEEDS.flatMap((n) => {
      const pieces = [
        { construct: 'tasks', seed: seedOf(n, 'tasks') },
        { construct, seed: seedOf(n, construct) },
      ];
      return compose('program', pieces).refused;
    });
    expect(refused.length, refused[0]?.why).toBeLessThan(SEEDS.length / 5);
  });

  it.each(CONSTRUCTS.map(({ name }) => name))('are changed by %s as a rule', (construct) => {
    const changed = SEEDS.filter((n) => {
      const tasks = { construct: 'tasks', seed: seedOf(n, 'tasks') };
      const piece = { construct, seed: seedOf(n, construct) };
      const documents = [[tasks], [tasks, piece]].map(
        (pieces) => compose('program', pieces).program.document,
      );
      return JSON.stringify(documents[0]) !== JSON.stringify(documents[1]);
    });
    expect(changed.length).toBeGreaterThan(SEEDS.length / 2);
  });

  it('go together as a rule', () => {
    const composed = SEEDS.flatMap((seed) =>
      scriptOf(seed).programs.map((pieces) => compose('program', pieces)),
    );
    const refused = composed.flatMap((one) => one.refused);
    expect(refused.length, refused[0]?.why).toBeLessThan(composed.length / 2);
  });

  it('without a task get one', () => {
    expect(compose('program', []).program.tasks).toHaveLength(1);
  });
});
