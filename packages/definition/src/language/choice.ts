/** What an operator may switch a team to: every pattern that the workflow could have named. */
import { mismatchWords, type PatternChoice, type PatternLibrary } from '@cantata/core';
import { Findings } from '../findings.ts';
import { schema } from '../schemas/schema.ts';
import { Place } from '../shape/place.ts';
import { certain } from './certain.ts';
import { withDefaults } from './team.ts';

/** Of one library, one: definitions of equal documents are equal. */
const CHOICES = new WeakMap<PatternLibrary, PatternChoice>();

export function choiceOf(library: PatternLibrary): PatternChoice {
  const known = CHOICES.get(library);
  if (known !== undefined) return known;
  const choice = among(library);
  CHOICES.set(library, choice);
  return choice;
}

function among(library: PatternLibrary): PatternChoice {
  return {
    get names() {
      return [...library.keys()];
    },
    use(name, given) {
      const pattern = library.get(name);
      if (pattern === undefined) return undefined;
      const options = certain(schema.read(pattern.options, Place.root(new Findings())));
      const mismatches = options.check(given);
      if (mismatches.length > 0)
        return `these are no options of the pattern ${name}: ${mismatchWords(mismatches)}`;
      return { pattern, options: withDefaults(pattern, given) };
    },
  };
}
