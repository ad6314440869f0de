/** `for_each:`: the list with an item of the task for each of its elements. */
import { MAX_ITEMS_PER_TASK } from '@cantata/core';
import { type TemplateDraft, template } from '../expressions/template.ts';
import { isList, type Reader, reportType } from '../shape/reader.ts';

export const forEach: Reader<TemplateDraft> = {
  expects: 'a list, or a `${…}` that gives one, such as `${input.topics}`',
  schema: {
    anyOf: [
      { type: 'array', maxItems: MAX_ITEMS_PER_TASK },
      { type: 'string', pattern: '\\$\\{' },
    ],
  },
  read(value, at) {
    if (isList(value)) {
      if (value.length <= MAX_ITEMS_PER_TASK) return template.read(value, at);
      return at.report('too_many', `${at.label} has more than ${MAX_ITEMS_PER_TASK} entries`);
    }
    const draft = typeof value === 'string' ? template.read(value, at) : reportType(value, at, this.expects);
    if (draft === undefined || draft.part.kind === 'value') return draft;
    return reportType(value, at, this.expects);
  },
};
