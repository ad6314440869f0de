/**
 * YAML in one style, with its comments: two spaces, double quotes, one blank line at most, and in braces or brackets
 * only what fits on its line. What Prettier would do to the result is nothing.
 */
import {
  Document,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { KeyOrder } from './key-order.ts';
import { type Entry, join, settle } from './settle.ts';

const WIDTH = 80;
const MODELINE = /^ *yaml-language-server:/;
/** Texts are not broken, whatever their length; what is in brackets is never too long, see `fits`. */
const STYLE = { indent: 2, lineWidth: 0, verifyAliasOrder: false } as const;

/** The text of a document in which nothing is wrong; without an order, keys stay where they are. */
export function restyle(text: string, order: KeyOrder | undefined): string {
  const document = parseDocument(text, { version: '1.2', schema: 'core', uniqueKeys: false });
  // Comments in places where we take none from the library, between a key in braces and its value, it does not take.
  if (document.errors.length > 0) return text;
  document.directives.docStart = null;
  const { contents } = document;
  if (contents !== null) {
    settle(contents, text);
    const first = firstOf(contents);
    sort(contents, order, { text, isEntry: true });
    keepOnTop(first, firstOf(contents));
    // Before anything is measured: what stands in braces inside of brackets is measured with them.
    visit(document, { Node: (_, node) => space(node), Collection: (_, node) => pad(node) });
    tidy(contents, 0, 0);
  }
  return document.toString(STYLE);
}

interface Where {
  readonly text: string;
  /** Whether the comment above it is about the whole: of a list's entry and of the document. */
  readonly isEntry: boolean;
}

function sort(node: Node, order: KeyOrder | undefined, { text, isEntry }: Where): void {
  if (order === undefined) return;
  if (isSeq(node)) {
    for (const [i, item] of (node.items as Node[]).entries()) {
      if (i === 0) item.spaceBefore = false;
      sort(item, order.items, { text, isEntry: true });
      if (isMap(item)) handUp(item);
    }
    return;
  }
  if (!isMap(node)) return;
  const entries = node.items as Entry[];
  if (!isEntry) handDown(node);
  node.items = [...order.sort(entries, nameOf)];
  for (const [i, { key, value }] of (node.items as Entry[]).entries()) {
    if (i === 0) key.spaceBefore = false;
    if (value === null) continue;
    value.spaceBefore = false;
    sort(value, order.at(nameOf({ key })), { text, isEntry: isRemark(text, key, value) });
  }
}

function firstOf(node: Node): Entry | undefined {
  return isMap(node) ? (node.items as Entry[])[0] : undefined;
}

/** What names the schema for editors is about the file, whichever key it stood above. */
function keepOnTop(before: Entry | undefined, after: Entry | undefined): void {
  if (before === after || before === undefined || after === undefined) return;
  const lines = before.key.commentBefore?.split('\n') ?? [];
  const own = lines.filter((line) => !MODELINE.test(line));
  if (own.length === lines.length) return;
  before.key.commentBefore = own.length === 0 ? null : own.join('\n');
  after.key.commentBefore = join(...lines.filter((line) => MODELINE.test(line)), after.key.commentBefore);
}

function nameOf({ key }: Pick<Entry, 'key'>): string {
  return isScalar(key) ? String(key.value) : '';
}

/** The comment above the first key is kept at the mapping; it goes where the key goes. */
function handDown(map: YAMLMap): void {
  const [first] = map.items as Entry[];
  if (first === undefined) return;
  first.key.commentBefore = join(map.commentBefore, first.key.commentBefore);
  map.commentBefore = null;
}

/** Above the first key of a list's entry it would come to stand behind the dash. */
function handUp(map: YAMLMap): void {
  const [first] = map.items as Entry[];
  if (first === undefined) return;
  map.commentBefore = join(map.commentBefore, first.key.commentBefore);
  first.key.commentBefore = null;
}

/** Whether a comment stands behind a key, on its line: it is about the value as a whole. */
function isRemark(text: string, key: Node, value: Node): boolean {
  const [behind = ''] = text.slice(key.range?.[1] ?? 0, value.range?.[0] ?? 0).split('\n');
  return behind.includes('#');
}

/** One blank line between comments at most, and none around them. */
function space(node: { comment?: string | null; commentBefore?: string | null }): void {
  for (const where of ['comment', 'commentBefore'] as const) {
    const comment = node[where]?.replaceAll(/\n{3,}/g, '\n\n').replaceAll(/^\n+|\n+$/g, '');
    if (comment !== undefined) node[where] = comment;
  }
}

/** A block would be indented by `indent`; anything else begins at `column`. */
function tidy(node: Node, indent: number, column: number): void {
  if (isScalar(node)) {
    if (typeof node.value === 'string') requote(node as { value: string; type?: string });
    return;
  }
  if (!isCollection(node)) return;
  if (node.items.length === 0) return liftAbove(node);
  if (node.flow === true && !fits(node, column)) node.flow = false;
  for (const item of node.items) {
    if (isSeq(node)) tidy(item as Node, indent + 2, indent + 2);
    else tidyEntry(item as Entry, indent);
  }
}

/** Of comments above and below what is empty, Prettier would move those above behind the key. */
function liftAbove(empty: YAMLMap | YAMLSeq): void {
  empty.flow = true;
  if (typeof empty.commentBefore !== 'string' || typeof empty.comment !== 'string') return;
  empty.commentBefore = join(empty.commentBefore, empty.comment);
  empty.comment = null;
}

function tidyEntry({ key, value }: Entry, indent: number): void {
  tidy(key, indent, indent);
  if (value !== null) tidy(value, indent + 2, indent + lineOf(key).length + 2);
}

/** `{ a: 1 }`, but `[a]`: the library knows one padding for both. */
function pad(node: YAMLMap | YAMLSeq): void {
  const flowCollectionPadding = isMap(node) ? ' ' : '';
  const print = node.toString.bind(node);
  node.toString = (context, ...rest) => print(context && { ...context, flowCollectionPadding }, ...rest);
}

/** Braces and brackets that hold comments, or that would not fit on their line, become a block. */
function fits(node: Node, column: number): boolean {
  const line = lineOf(node);
  return !line.includes('\n') && column + line.length <= WIDTH;
}

function lineOf(node: Node): string {
  return new Document(node).toString(STYLE).trimEnd();
}

/** Double quotes, unless single ones save a backslash. */
function requote(scalar: { value: string; type?: string }): void {
  if (scalar.type !== 'QUOTE_SINGLE' && scalar.type !== 'QUOTE_DOUBLE') return;
  if (/[\\\p{C}]/u.test(scalar.value)) return;
  const count = (quote: string): number => scalar.value.split(quote).length;
  scalar.type = count('"') > count("'") ? 'QUOTE_SINGLE' : 'QUOTE_DOUBLE';
}
