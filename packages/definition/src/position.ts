/** Where a part of a document stands: for problems that only the caller can find, an agent type without an agent. */
import { Findings } from './findings.ts';
import type { Path } from './path.ts';
import { isMapping } from './shape/reader.ts';
import { readText } from './text/read-text.ts';

/**
 * Line and column, from 1, of the value at a path below the optional `workflow:` root. A path that leads further
 * than the document ends at the last part there is. Reads the text again: O(length).
 */
export function positionOf(text: string, path: Path): { readonly line: number; readonly column: number } {
  const { json, lines, locator } = readText(text, new Findings());
  const below = isMapping(json) && Object.hasOwn(json, 'workflow') ? ['workflow', ...path] : path;
  const [spot] = locator.spots([{ code: 'value_unknown', message: '', path: below, at: 'value' }]);
  return lines.positionAt(spot?.offset ?? 0);
}
