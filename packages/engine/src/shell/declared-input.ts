/** Whether an input is what its workflow declares. Asked before a start is granted: what is granted must begin. */
import { CantataError, type Definition, type Json, mismatchWords } from '@cantata/core';

/** @throws CantataError `input_invalid` with what does not fit. */
export function requireDeclared({ name, inputs }: Definition, input: Json): void {
  const mismatches = inputs?.check(input) ?? [];
  if (mismatches.length === 0) return;
  throw new CantataError(
    'input_invalid',
    `the input does not fit what ${name} declares: ${mismatchWords(mismatches)}`,
  );
}
