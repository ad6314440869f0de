/**
 * What a simulated run is made of, as data: the pieces of its programs, the happenings in their order, and a seed of its
 * own for each of them, so that any can be left out without changing the others. A seed gives a script; a script gives
 * a run, the same one every time.
 */
import { Dice } from '../dice.ts';
import { BEHAVIOURS } from './behaviours.ts';
import { HAPPENINGS } from './happenings/index.ts';
import { CONSTRUCTS } from './programs/index.ts';

export interface Piece {
  readonly construct: string;
  readonly seed: number;
}

export interface ScriptedHappening {
  readonly name: string;
  readonly seed: number;
  /** How much time passes after it. */
  readonly thenMs: number;
}

export interface Script {
  readonly seed: number;
  readonly programs: readonly (readonly Piece[])[];
  readonly happenings: readonly ScriptedHappening[];
  /** What agents may do, by name. With none of them every agent answers at once. */
  readonly behaviours: readonly string[];
}

const PROGRAMS = 4;
const HAPPENINGS_A_RUN = 80;
const PAUSES_MS = [0, 10, 100, 400, 1_500, 4_000, 12_000];

/**
 * The script of a seed. Each run leaves out some constructs, happenings and behaviours altogether: what is always
 * there hides what only shows in its absence (Groce et al., "Swarm Testing", 2012). `always`: constructs of which every
 * program has a piece.
 */
export function scriptOf(seed: number, always: readonly string[] = []): Script {
  const dice = new Dice(seed);
  const constructs = CONSTRUCTS.filter(({ share }, n) => n > 0 && share === undefined && dice.chance(0.6));
  const kinds = HAPPENINGS.filter(({ name }) => name === 'start' || dice.chance(0.7));
  const behaviours = Object.keys(BEHAVIOURS).filter(() => dice.chance(0.7));
  const weights = kinds.flatMap((kind) => new Array<string>(kind.weight).fill(kind.name));
  return {
    seed,
    programs: Array.from({ length: PROGRAMS }, (_, n) => [
      piece('tasks', dice),
      ...rare(new Dice(seedOf(seed, 'rare', n)), always),
      ...Array.from({ length: dice.between(0, 8) }, () =>
        piece(constructs.length === 0 ? 'tasks' : dice.pick(constructs).name, dice),
      ),
    ]),
    happenings: Array.from({ length: HAPPENINGS_A_RUN }, () => ({
      name: dice.pick(weights),
      seed: dice.below(0x1_0000_0000),
      thenMs: dice.pick(PAUSES_MS),
    })),
    behaviours,
  };
}

/** With dice of their own: what else there is does not depend on them. */
function rare(dice: Dice, always: readonly string[]): readonly Piece[] {
  return CONSTRUCTS.flatMap(({ name, share = 0 }) =>
    dice.chance(share) || always.includes(name) ? [piece(name, dice)] : [],
  );
}

function piece(construct: string, dice: Dice): Piece {
  return { construct, seed: dice.below(0x1_0000_0000) };
}

/** A seed that depends on another one and on words, and on nothing else. FNV-1a. */
export function seedOf(seed: number, ...words: readonly (string | number)[]): number {
  let hash = (seed ^ 0x811c9dc5) >>> 0;
  for (const word of words) {
    for (const letter of `${word}|`) hash = Math.imul(hash ^ (letter.codePointAt(0) as number), 0x01000193);
  }
  return hash >>> 0;
}

/** Parts of a script. */
export function sizeOf({ programs, happenings, behaviours }: Script): number {
  return programs.flat().length + programs.length + happenings.length + behaviours.length;
}
