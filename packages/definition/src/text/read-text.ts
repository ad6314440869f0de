/** Text to a JSON value that knows where each part of it stands. The only way from a text into this package. */
import type { Json } from '@cantata/core';
import type { Findings } from '../findings.ts';
import { LIMITS } from '../limits.ts';
import { Place } from '../shape/place.ts';
import { Lines } from './lines.ts';
import type { Locator } from './locator.ts';
import { readPlain } from './plain.ts';
import { PlainLocator } from './plain-locator.ts';
import { readYaml } from './read-yaml.ts';

export interface TextRead {
  /** Undefined if a bound stopped the reading or the text is not YAML at all. */
  readonly json: Json | undefined;
  readonly lines: Lines;
  readonly locator: Locator;
  /** Whether the text ceases to be YAML somewhere: what follows is guesswork. */
  readonly broken: boolean;
  /** Where it does; infinity if it never does. */
  readonly trustedUpTo: number;
}

// Tab, line feed and carriage return may stand in a text; the lexer uses some of the others as marks of its own.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;

/** Never throws for any text. O(length), within `LIMITS`. */
export function readText(source: string, findings: Findings): TextRead {
  const text = source.startsWith('\ufeff') ? source.slice(1) : source;
  if (text.length > LIMITS.textLength || text.search(CONTROL) !== -1 || !text.isWellFormed()) {
    return readYaml(withoutControls(text, Place.root(findings)), findings);
  }
  const plain = readPlain(text);
  if (plain.kind === 'not plain') return readYaml(text, findings, plain.offset);
  return {
    json: plain.json,
    lines: new Lines(text),
    locator: new PlainLocator(text),
    broken: false,
    trustedUpTo: Number.POSITIVE_INFINITY,
  };
}

/** Same length, so that every position stays true. */
function withoutControls(text: string, place: Place): string {
  const first = text.search(CONTROL);
  if (first === -1) return text;
  place.report('character_forbidden', 'there is a control character here', { at: first, hint: 'remove it' });
  return text.replace(CONTROL, '\ufffd');
}
