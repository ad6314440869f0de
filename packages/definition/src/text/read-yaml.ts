/** The whole of YAML, by the library: for what is not plain, and to say what is wrong. */
import type { Json } from '@cantata/core';
import type { Node } from 'yaml';
import type { Findings } from '../findings.ts';
import { LIMITS } from '../limits.ts';
import { Place } from '../shape/place.ts';
import { printable } from '../shape/words.ts';
import { compose } from './compose.ts';
import { Lines } from './lines.ts';
import { NodeLocator } from './locator.ts';
import type { TextRead } from './read-text.ts';
import { ReadingStopped, SyntaxReport } from './syntax-report.ts';
import { toJson } from './to-json.ts';
import { readTokens } from './tokens.ts';

/** `notPlainAt` is where the text ceases to be plain, which is what to look at if it is too large for this way. */
export function readYaml(text: string, findings: Findings, notPlainAt = 0): TextRead {
  const lines = new Lines(text);
  const report = new SyntaxReport(findings, lines);
  let root: Node | null = null;
  let targets: ReadonlyMap<Node, Node> = new Map();
  let json: Json | undefined;
  guard(findings, () => {
    if (text.length > LIMITS.textLength) {
      report.stop('document_too_large', 0, `longer than ${LIMITS.textLength} characters`);
    }
    const document = readTokens(text, report, notPlainAt);
    root = document === undefined ? null : compose(document, report);
    ({ json, targets } = toJson(root, Place.root(findings)));
  });
  report.finish();
  return {
    json,
    lines,
    locator: new NodeLocator(text, root, targets),
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
