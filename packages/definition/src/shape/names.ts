/** Names that people choose: which characters they may have. They end up in addresses, keys and file names. */
import { LIMITS } from '../limits.ts';
import type { Reader } from './reader.ts';
import { text } from './scalars.ts';
import { quote } from './words.ts';

/** `execution/task[item]#activation.turn` must be readable back: a task id has none of its marks. */
export const taskId = name(
  'a task id',
  /^[A-Za-z0-9][A-Za-z0-9_-]*$/,
  'letters, digits, `_` and `-`, a letter or digit first',
);

/** Begins with a letter: keys that are numbers would lose their order. */
export const groupName = name(
  'the name of an agent group',
  /^[A-Za-z][A-Za-z0-9_-]*$/,
  'letters, digits, `_` and `-`, a letter first',
);

/** Workflow names, versions, agent types, capabilities, topics. */
export const dottedName = name(
  'a name',
  /^[A-Za-z0-9][A-Za-z0-9_.+-]*$/,
  'letters, digits, `_`, `-`, `.` and `+`, a letter or digit first',
);

/** The name of a workflow that is a part of another one. It is no template: what a workflow consists of is in its document. */
export const partName: Reader<string> = {
  ...dottedName,
  read(value, at) {
    if (typeof value !== 'string' || !value.includes('${')) return dottedName.read(value, at);
    at.report(
      'name_invalid',
      `${quote(value)} is a template; which workflow a task runs stands in the document`,
      {
        hint: 'write a task for each workflow, with a `when` that says which of them is run',
      },
    );
    return value;
  },
};

function name(what: string, pattern: RegExp, allowed: string): Reader<string> {
  return {
    expects: 'text',
    schema: { ...text.schema, maxLength: LIMITS.nameLength, pattern: pattern.source },
    /** An invalid name is returned all the same: what refers to it is not a second mistake. */
    read(value, at) {
      const written = text.read(value, at);
      if (written === undefined) return undefined;
      if (written.length > LIMITS.nameLength) {
        at.report('name_invalid', `${quote(written)} is longer than ${LIMITS.nameLength} characters`);
      } else if (!pattern.test(written)) {
        at.report('name_invalid', `${quote(written)} cannot be ${what}`, { hint: `use ${allowed}` });
      }
      return written;
    },
  };
}
