/** Defaults of an input fit where they stand: one that does not would fail every start that leaves it out. */
import { type JsonObject, mismatchWords } from '@cantata/core';
import { type Place, UNREAD } from '../shape/place.ts';
import { isMapping } from '../shape/reader.ts';
import { type Compiled, type Rule, Run } from './run.ts';

/** Those that are filled in: at any depth that `properties` reach. One check for all, with one bound. */
export function reportDefaults(
  root: JsonObject,
  at: Place,
  compiled: (schema: JsonObject) => Compiled,
): void {
  const visit = ({ properties }: JsonObject, place: Place, run: Run): void => {
    if (!isMapping(properties)) return;
    for (const [key, member] of Object.entries(properties)) {
      if (!isMapping(member)) continue;
      const there = place.down('properties', key);
      const value = member['default'];
      if (value !== undefined && value !== UNREAD) {
        const before = run.mismatches.length;
        if (!run.fits(compiled(member), value)) report(there.child('default'), run.mismatches.slice(before));
      }
      visit(member, there, run);
    }
  };
  const all: Rule = (_, run) => {
    visit(root, at, run);
    return true;
  };
  Run.of({ rules: [all] }, null);
}

/** Words are kept for the first few that do not fit. */
function report(place: Place, mismatches: Run['mismatches']): void {
  const why = mismatches.length === 0 ? '' : `: ${mismatchWords(mismatches)}`;
  place.report('schema_invalid', `${place.label} does not fit its schema${why}`);
}
