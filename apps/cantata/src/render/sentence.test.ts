import { expect, test } from 'vitest';
import { asTyped } from './sentence.ts';

const hint = {
  look: (rest: string) => `cantata ${rest} --data D`,
  drive: (rest: string) => `cantata ${rest} --config C`,
};
const ID = '019ab697-0000-7000-8000-000000000000';

test.each([
  [`cantata resume ${ID} continues it.`, `cantata resume ${ID} --config C continues it.`],
  [
    `for an operator: cantata compensation retry ${ID} tries again.`,
    `for an operator: cantata compensation retry ${ID} --config C tries again.`,
  ],
  [
    `cantata compensation skip ${ID} "hotel[2]" leaves it as it is.`,
    `cantata compensation skip ${ID} "hotel[2]" --config C leaves it as it is.`,
  ],
  [`cantata signal ${ID} paid '{…}' sends it.`, `cantata signal ${ID} paid --data D '{…}' sends it.`],
  [`cantata approve ${ID} "ship[0]" answers.`, `cantata approve ${ID} "ship[0]" --data D answers.`],
  [`cantata publish ${ID} orders publishes one.`, `cantata publish ${ID} orders --data D publishes one.`],
  [`cantata cancel ${ID} ends it.`, `cantata cancel ${ID} --data D ends it.`],
])('%s', (sentence, typed) => {
  expect(asTyped(sentence, hint)).toBe(typed);
});
