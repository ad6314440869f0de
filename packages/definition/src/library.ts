/** Where patterns are found by name: those of the core, the declarative ones that come with Cantata, and those given. */
import { readFileSync } from 'node:fs';
import { assert, BUILT_IN, type Pattern, type PatternLibrary } from '@cantata/core';
import { parsePattern } from './parse-pattern.ts';

/** Declarative documents in `patterns/`. */
export const SHIPPED = [
  'sequential',
  'concurrent',
  'group_chat',
  'debate',
  'map_reduce',
  'auction',
  'blackboard',
  'plan_execute',
] as const;

/** Each is read when it is first asked for: most workflows use none. */
const read = new Map<string, Pattern>();

function shipped(name: string): Pattern | undefined {
  if (!(SHIPPED as readonly string[]).includes(name)) return undefined;
  const known = read.get(name);
  if (known !== undefined) return known;
  const parsed = parsePattern(readFileSync(new URL(`../patterns/${name}.yaml`, import.meta.url), 'utf8'));
  assert(parsed.kind === 'valid', `the pattern ${name} that comes with Cantata is not valid`);
  read.set(name, parsed.pattern);
  return parsed.pattern;
}

/** What there is beside the given ones. */
export const STANDARD: PatternLibrary = {
  get: (name) => BUILT_IN.get(name) ?? shipped(name),
  keys: () => [...BUILT_IN.keys(), ...SHIPPED].values(),
};

/** Looks in `own` first. */
export function withPatterns(own: readonly Pattern[], library: PatternLibrary = STANDARD): PatternLibrary {
  if (own.length === 0) return library;
  return joined(new Map(own.map((pattern) => [pattern.name, pattern])), library);
}

/** Looks in `first` first. */
export function joined(first: PatternLibrary, second: PatternLibrary): PatternLibrary {
  return {
    get: (name) => first.get(name) ?? second.get(name),
    keys: () => new Set([...first.keys(), ...second.keys()]).values(),
  };
}
