/** The errors of the YAML library in plain words, with what to do about them. */
import type { YAMLError } from 'yaml';
import { printable, quote } from '../shape/words.ts';

export type YamlCode = YAMLError['code'];

interface Words {
  readonly message: string;
  readonly hint?: string;
}

/** `ofTemplate`: what an expression without quotes around it leads to, where its line has a `${`. */
type Entry = Words & { readonly ofTemplate?: true };

/** Length of what is kept of the library's words, which may hold any part of the text. */
const OWN_WORDS = 200;
const TEMPLATE = 'put the text with `${…}` in quotes';
const QUOTES = 'put the text in quotes if the character is part of it';

/** By what the library says; the first that matches counts. Its own words are kept where none does. */
const WORDS: readonly (readonly [RegExp, Entry])[] = [
  [/^Tabs are not allowed/, { message: 'a tab is used to indent', hint: 'indent with spaces' }],
  [/^All mapping items must start/, { message: 'this key is indented differently from the keys around it' }],
  [/^All sequence items must start/, { message: 'this entry is indented differently from those around it' }],
  [
    /^Sequence item without -/,
    {
      message: 'this line belongs to no list entry',
      hint: 'indent it like the keys above, or start it with `- `',
    },
  ],
  [
    /^Flow sequence .*end with/,
    { message: 'a list that was opened with `[` is not closed', hint: 'add `]`' },
  ],
  [/^Flow map .*end with/, { message: 'a mapping that was opened with `{` is not closed', hint: 'add `}`' }],
  [/^Missing closing "/, { message: 'a text in double quotes is not closed', hint: 'add `"`' }],
  [/^Missing closing '/, { message: 'a text in single quotes is not closed', hint: "add `'`" }],
  [/^Missing , or :/, { message: 'a comma or a colon is missing here', ofTemplate: true }],
  [/^Missing , between/, { message: 'a comma is missing here', ofTemplate: true }],
  [/^Missing space after :/, { message: 'a space is missing after the colon' }],
  [
    /^Implicit map keys need to be followed/,
    { message: 'this is neither `key: value` nor a list entry', hint: 'is a `:` missing?' },
  ],
  [
    /^Implicit keys .*single line/,
    { message: 'a key must be on one line', hint: 'is a `:` missing on this line or the one before?' },
  ],
  [/^The : indicator must be/, { message: 'a key is longer than 1,024 characters' }],
  [
    /^Nested mappings are not allowed/,
    {
      message: 'there are two `key:` on one line',
      hint: 'if the colon is part of a text, put the text in quotes',
      ofTemplate: true,
    },
  ],
  [
    /^(A block sequence may not|Unexpected block-seq-ind on same line)/,
    { message: 'a list cannot begin on the line of its key', hint: 'put each `- ` on a line of its own' },
  ],
  [
    /^Block collections are not allowed within/,
    { message: 'an indented block cannot stand inside `[ ]` or `{ }`' },
  ],
  [/^Plain value cannot start with a tab/, { message: 'a text cannot start with a tab', hint: QUOTES }],
  [
    /^Plain value cannot start with/,
    { message: 'a text without quotes cannot start with this character', hint: QUOTES },
  ],
  [
    /^Invalid escape sequence/,
    {
      message: 'there is no such escape in double quotes',
      hint: 'write `\\\\` for a backslash, or use single quotes',
    },
  ],
  [/^Block scalar (lines|values) must/, { message: 'a line of this text block is not indented enough' }],
  [
    /^Block scalars with more-indented/,
    { message: 'the empty lines before this text block are indented more than it is' },
  ],
  [
    /^Unexpected ([a-z-]+-)?scalar (token|at)/,
    {
      message: 'this text belongs to nothing',
      hint: 'check the indentation; a `:` or a comma may be missing before it',
    },
  ],
  [/^Unexpected map-value-ind/, { message: 'this `:` belongs to nothing', hint: 'check the indentation' }],
  [
    /^Unexpected flow-(map|seq)-end/,
    { message: 'a bracket is closed that was never opened', ofTemplate: true },
  ],
  [
    /^Unexpected flow-(map|seq)-start (token|at)/,
    { message: 'this bracket belongs to nothing', hint: 'is a comma missing before it?', ofTemplate: true },
  ],
  [/^Block scalar header includes/, { message: 'nothing may follow `|` or `>` on its line', hint: QUOTES }],
  [/^Unexpected ,/, { message: 'there is a comma too many' }],
  [/^Comments must be separated/, { message: 'a comment needs a space before its `#`', hint: QUOTES }],
  [/^(Alias|Anchor) cannot be an empty/, { message: 'an alias or anchor has no name', hint: QUOTES }],
  [/^Missing directives-end/, { message: 'a directive needs a line `---` below it', hint: 'remove it' }],
  [/^An alias node must not/, { message: 'an alias cannot have an anchor or a tag of its own' }],
  [/^A node can have at most one/, { message: 'a value has two anchors or two tags' }],
];

export function plainWords(code: YamlCode, message: string, source?: string, line = ''): Words {
  const found = WORDS.find(([pattern]) => pattern.test(message));
  if (found !== undefined) {
    const { ofTemplate, ...words } = found[1];
    return ofTemplate === true && line.includes('${') ? { ...words, hint: TEMPLATE } : words;
  }
  const near = source === undefined || source.trim() === '' ? '' : ` at ${quote(source)}`;
  const own = printable(`${message.slice(0, 1).toLowerCase()}${message.slice(1)}`, OWN_WORDS);
  return { message: `${own} (${code})${near}` };
}
