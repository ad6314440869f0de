/** `outputs:`: the result of an execution, a template for each name. */
import { type TemplateDraft, template } from '../expressions/template.ts';
import { isMapping, type Reader, reportType } from '../shape/reader.ts';

export const outputs: Reader<TemplateDraft> = {
  expects: 'a mapping such as { report: "${tasks.write.output}" }',
  schema: { type: 'object', minProperties: 1 },
  read(value, at) {
    if (!isMapping(value)) return reportType(value, at, this.expects);
    if (Object.keys(value).length === 0) {
      return at.report('empty', `${at.label} has no entries`, { hint: 'name an output, or remove the key' });
    }
    return template.read(value, at);
  },
};
