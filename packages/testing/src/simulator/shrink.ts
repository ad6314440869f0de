/**
 * The smallest script that still breaks what a larger one broke: happenings, programs, pieces and behaviours are left
 * out as long as that makes no difference. Each part has a seed of its own, so what stays means the same as before.
 *
 * Delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002), bounded by a
 * number of runs: the square of the parts at worst, a small multiple of the parts that matter as a rule.
 */
import { type Script, sizeOf } from './script.ts';

export interface Shrunk {
  readonly script: Script;
  /** Runs it took. */
  readonly tries: number;
}

export async function shrink(
  script: Script,
  isBroken: (smaller: Script) => Promise<boolean>,
  mostTries: number = 600,
): Promise<Shrunk> {
  const search = new Search(script, isBroken, mostTries);
  let before: number;
  do {
    before = sizeOf(search.best);
    await search.round();
  } while (sizeOf(search.best) < before && !search.isTired);
  return { script: search.best, tries: search.tries };
}

class Search {
  best: Script;
  tries = 0;
  readonly #isBroken: (smaller: Script) => Promise<boolean>;
  readonly #mostTries: number;

  constructor(script: Script, isBroken: (smaller: Script) => Promise<boolean>, mostTries: number) {
    this.best = script;
    this.#isBroken = isBroken;
    this.#mostTries = mostTries;
  }

  get isTired(): boolean {
    return this.tries >= this.#mostTries;
  }

  async round(): Promise<void> {
    await this.#reduce(this.best.happenings, 0, (happenings) => ({ ...this.best, happenings }));
    await this.#reduce(this.best.programs, 1, (programs) => ({ ...this.best, programs }));
    for (const [n, pieces] of this.best.programs.entries()) {
      const withPieces = (kept: typeof pieces): Script => ({
        ...this.best,
        programs: this.best.programs.with(n, kept),
      });
      await this.#reduce(pieces, 0, withPieces);
    }
    await this.#reduce(this.best.behaviours, 0, (behaviours) => ({ ...this.best, behaviours }));
  }

  /** Leaves out what it can of one list of the script: halves first, single parts last. */
  async #reduce<T>(
    list: readonly T[],
    least: number,
    withList: (kept: readonly T[]) => Script,
  ): Promise<void> {
    let kept = list;
    for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let from = 0; from < kept.length; ) {
        const fewer = kept.toSpliced(from, size);
        if (fewer.length < least || this.isTired) break;
        this.tries += 1;
        if (await this.#isBroken(withList(fewer))) {
          kept = fewer;
          this.best = withList(kept);
        } else from += size;
      }
    }
  }
}
