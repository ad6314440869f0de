/**
 * Every bound of the language in one place. Each is far above what anybody writes by hand and low enough
 * that a hostile document costs seconds and a bounded amount of memory, never a process.
 */

export const LIMITS = {
  /** UTF-16 units of the text. 100,000 tasks of the specification's shape are 13 million. */
  textLength: 16 * 1024 * 1024,
  /** UTF-16 units of a text that is formatted: the library keeps all of it in memory several times. */
  formattedLength: 1024 * 1024,
  /** Values of a text that is plain, lists and mappings included. 100,000 full tasks have 2 million. */
  plainValues: 3_000_000,
  /**
   * Lexical tokens of a text that is not plain (text/plain.ts): each costs the library about 2 µs and up to 200 bytes.
   * 18,000 full tasks.
   */
  lexemes: 1_000_000,
  /** UTF-16 units of one of them: the library keeps a list of the lines of a text block. */
  lexemeLength: 2 * 1024 * 1024,
  /** Nested lists and mappings, aliases included. The language needs 6; nothing may overflow a stack. */
  depth: 64,
  /**
   * What aliases may add, measured as if they were written out: the length of the texts plus 16 for every value.
   * One scalar per task of the largest document fits; a bomb that doubles ten times does not.
   */
  aliasedLength: 4 * 1024 * 1024,
  /** Syntax problems after which the rest of the text is not worth reading. */
  syntaxProblems: 100,
  /** Problems that are reported; the rest are counted. */
  problems: 1_000,
  /** Comparisons of names spent on "did you mean" per document: about a tenth of a second. */
  suggestions: 500_000,

  tasks: 100_000,
  /** Kinds of agent. More instances of one kind are seats, not groups. */
  groups: 1_000,
  /** Seats of all groups together. */
  seats: 100_000,
  /** Entries of a list of capabilities, topics or relations. */
  names: 100,
  /** Different lists of capabilities in `requires`: each is a pool of its own. */
  requirements: 256,
  nameLength: 128,
  /** Length of a text that is read as a duration, a number of cores or an amount of memory. */
  quantityLength: 64,
  maxConcurrentExecutions: 1_000_000,
  /** Turns of a team: each is an item of its task. */
  turns: 1_000_000,
  /** Rules of a pattern, and patterns of a workflow. */
  rules: 500,
  failureThreshold: 1_000_000,
  /** Locks and quotas of one task. */
  locks: 16,
  /** How much there may be of a quota. */
  quota: 10_000,

  /** Expressions in `when` and `${…}` of a document: one or two for each task of the largest. */
  expressions: 250_000,
  /** UTF-16 units of an expression. */
  expressionLength: 4_000,
  /** Parts of its syntax tree, and levels of it. */
  expressionNodes: 1_000,
  expressionDepth: 48,
  /** Parts that one evaluation may go through, those of macros once for each element: about a tenth of a second. */
  expressionSteps: 1_000_000,
  /** Different types of objects that expressions of a document are checked with; what is beyond is not asked about. */
  types: 5_000,
  /** What an expression may give: values inside each other, and UTF-16 units of text. */
  resultValues: 500_000,
  resultLength: 1024 * 1024,

  /** UTF-16 units of a regular expression. */
  patternLength: 1_000,
  /** Schemas inside a schema, itself included. */
  schemas: 1_000,
  /** Schemas that one check may apply to values: about a tenth of a second. */
  schemaSteps: 1_000_000,
  /** Reasons given for a value that does not fit. */
  mismatches: 5,

  priority: 100,
  /** Rounds of a loop, and ways back: each is an activation in the log. */
  iterations: 10_000,
  /** Of one task: more would try until the workflow times out. */
  attempts: 1_000,
  /** Turns, tokens and cost: far above what anybody pays for. */
  budget: 1e15,

  timeoutMs: 365 * 24 * 60 * 60 * 1000,
  cpuMillis: 10_000 * 1000,
  /** Below this a unit was forgotten: `memory: 4` is not four bytes. */
  memoryBytesMin: 1_000_000,
  memoryBytesMax: 1024 ** 5,
} as const;
