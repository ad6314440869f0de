/** The concrete syntax tree to nodes with values and positions. Errors are reported as they come, never hoarded. */
import { Composer, type CST, type ParsedNode } from 'yaml';
import type { SyntaxReport } from './syntax-report.ts';
import type { YamlCode } from './syntax-words.ts';

/**
 * Keys are compared by us: the library compares each with all before it. No tag is ever resolved to more than
 * its text, whatever directives say.
 */
const OPTIONS = { version: '1.2', schema: 'core', uniqueKeys: false, resolveKnownTags: false } as const;

type Source = number | readonly number[] | { readonly offset: number };
type OnError = (source: Source, code: YamlCode, message: string, warning?: boolean) => void;

/** Null for an empty document. */
export function compose(document: CST.Document, report: SyntaxReport): ParsedNode | null {
  const composer = new Composer(OPTIONS);
  // One quoted text may hold millions of bad escapes; the library would keep an Error with a stack for each.
  const onError: OnError = (source, code, message, warning) => {
    // Warnings are about tags; those are reported where values are read. An open quote is reported by the lexeme
    // that opens it, while the library would point at the end of the text.
    if (warning === true || message.startsWith('Missing closing')) return;
    report.syntax(offsetOf(source), code, message);
  };
  composer['onError'] = onError;
  // A document is handed out once the next token, or the end, shows that nothing more belongs to it.
  for (const composed of [...composer.next(document), ...composer.end()]) return composed.contents;
  return null;
}

function offsetOf(source: Source): number {
  if (typeof source === 'number') return source;
  return 'offset' in source ? source.offset : (source[0] ?? 0);
}
