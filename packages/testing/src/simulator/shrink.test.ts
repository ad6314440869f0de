import { describe, expect, it } from 'vitest';
import { type Script, scriptOf, sizeOf } from './script.ts';
import { shrink } from './shrink.ts';

const crashes = ({ happenings }: Script): number => happenings.filter(({ name }) => name === 'crash').length;
/** The first with enough to leave out, whatever else is drawn. */
const SCRIPT = Array.from({ length: 50 }, (_, n) => scriptOf(n + 1)).find(
  (script) => crashes(script) > 3,
) as Script;

describe('a script that breaks something', () => {
  it('loses every part that makes no difference', async () => {
    const isBroken = async (script: Script): Promise<boolean> =>
      crashes(script) >= 2 && script.behaviours.includes('answers late') && script.programs.length >= 2;
    const script = { ...SCRIPT, behaviours: ['answers late', 'hangs'] };
    expect(crashes(script)).toBeGreaterThan(2);
    const { script: small, tries } = await shrink(script, isBroken);
    expect(small.happenings.map(({ name }) => name)).toEqual(['crash', 'crash']);
    expect([small.programs, small.behaviours]).toEqual([[[], []], ['answers late']]);
    expect(sizeOf(small)).toBe(5);
    expect(tries).toBeLessThan(200);
    // What stays is as it was: the same seeds, in the same order.
    expect(script.happenings).toEqual(expect.arrayContaining([...small.happenings]));
  });

  it('is given up on after so many runs', async () => {
    const { script, tries } = await shrink(SCRIPT, async () => false, 7);
    expect([script, tries]).toEqual([SCRIPT, 7]);
  });

  it('stays as it is where everything matters', async () => {
    const { script } = await shrink(SCRIPT, async () => false);
    expect(script).toEqual(SCRIPT);
  });
});
