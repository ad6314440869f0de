/** What a schema has against a request, in the words of whoever sent it. */

/** As zod has it; what it says of each kind beside that is in the other fields. */
export interface Issue {
  readonly code: string;
  readonly message: string;
  readonly expected?: unknown;
  readonly keys?: unknown;
  readonly errors?: unknown;
}

export function wordsOf(issue: Issue): string {
  const { code, message, expected, keys } = issue;
  if (code === 'unrecognized_keys' && Array.isArray(keys))
    return `there is no ${keys.map((key) => `\`${key}\``).join(', ')} here`;
  if (code === 'invalid_union') {
    const found = ([issue.errors].flat(2) as readonly (Issue | undefined)[]).filter(
      (one) => one !== undefined,
    );
    // What was of no type at all that is allowed says less than what was of one, and wrong.
    const telling = found.find((one) => one.code !== 'invalid_type') ?? found[0];
    return telling === undefined ? message : wordsOf(telling);
  }
  if (code === 'invalid_type' && message.endsWith('received undefined'))
    return `it is missing; expected ${typeof expected === 'string' ? named(expected) : 'a value'}`;
  return message.replace('expected record', `expected ${named('record')}`);
}

/** A record is a word of the code, and an object one of JSON. */
function named(type: string): string {
  return type === 'record' ? 'object' : type;
}
