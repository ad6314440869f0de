/** The workflow language: YAML or JSON in, a checked definition and a compiled plan out. */
export { calendar } from './calendar.ts';
export { compile } from './compile.ts';
export { EmbeddedPatterns, type PatternDocument, type PatternDocuments } from './embedding.ts';
export { type Formatted, formatDefinition } from './format/format.ts';
export { languageSchema } from './language-schema.ts';
export { SHIPPED, STANDARD, withPatterns } from './library.ts';
export { type Parsed, type ParseOptions, parseDefinition } from './parse.ts';
export { type ParsedPattern, parsePattern } from './parse-pattern.ts';
export { positionOf } from './position.ts';
export { formatProblem, type Problem } from './problem.ts';
export { closestTo } from './suggestions.ts';
export { type Typed, typedCpu, typedDuration, typedMemory } from './units/typed.ts';
export { type Wanted, wantedBy, workflowMissing } from './wanted.ts';
