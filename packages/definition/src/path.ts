/** Where in the document something is, as keys and list positions from the workflow down. */

export type Path = readonly (string | number)[];

const PLAIN = /^[A-Za-z0-9_-]{1,128}$/;

/** `tasks[2].depends_on[0]`; a key that would be ambiguous is written as `agents["a.b"]`. */
export function pathText(path: Path): string {
  let text = '';
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`;
    else if (!PLAIN.test(segment)) text += `[${JSON.stringify(segment.slice(0, 128))}]`;
    else text += text === '' ? segment : `.${segment}`;
  }
  return text;
}
