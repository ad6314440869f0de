/** The patterns of a project: those that come with Cantata, and those of its configuration once that is loaded. */
import type { Pattern, PatternLibrary } from '@cantata/core';
import { STANDARD, withPatterns } from '@cantata/definition';

export class KnownPatterns implements PatternLibrary {
  #library: PatternLibrary = STANDARD;

  /** What a configuration gives: it was checked when it was loaded. */
  learn(own: readonly Pattern[]): void {
    this.#library = withPatterns(own);
  }

  get(name: string): Pattern | undefined {
    return this.#library.get(name);
  }

  keys(): ReturnType<PatternLibrary['keys']> {
    return this.#library.keys();
  }
}
