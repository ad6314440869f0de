/** Text to a JSON value that knows where each part of it stands. The only way from a text into this package. */
import type { Json } from '@cantata/core';
import type { Node } from 'yaml';
import type { Findings } from '../findings.ts';
import { LIMITS } from '../limits.ts';
import { Place } from '../shape/place.ts';
import { printable } from '../shape/words.ts';
import { compose } from './compose.ts';
import { Lines } from './lines.ts';
import { Locator } from './locator.ts';
import { ReadingStopped, SyntaxReport } from './syntax-report.ts';
import { toJson } from './to-json.ts';
import { readTokens } from './tokens.ts';

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
  const place = Place.root(findings);
  const text = withoutControls(source.startsWith('\ufeff') ? source.slice(1) : source, place);
  const lines = new Lines(text);
  const report = new SyntaxReport(findings, lines);
  let root: Node | null = null;
  let targets: ReadonlyMap<Node, Node> = new Map();
  let json: Json | undefined;
  guard(findings, () => {
    if (text.length > LIMITS.textLength) {
      report.stop('document_too_large', 0, `longer than ${LIMITS.textLength} characters`);
    }
    const document = readTokens(text, report);
    root = document === undefined ? null : compose(document, report);
    ({ json, targets } = toJson(root, place));
  });
  report.finish();
  return {
    json,
    lines,
    locator: new Locator(text, root, targets),
    broken: report.broken,
    trustedUpTo: report.firstOffset,
  };
}

/** Runs `read`; a bound that stopped it is reported already, anything else is a fault of the library. */
export function guard(findings: Findings, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (error instanceof ReadingStopped) return;
    const why = printable(error instanceof Error ? error.message : String(error), 200);
    const message = `the YAML reader gave up: ${why}`;
    findings.add({ code: 'syntax', message, path: [], at: 0 });
  }
}

/** Same length, so that every position stays true. */
function withoutControls(text: string, place: Place): string {
  const first = text.search(CONTROL);
  if (first === -1) return text;
  place.report('character_forbidden', 'there is a control character here', { at: first, hint: 'remove it' });
  return text.replace(CONTROL, '\ufffd');
}
