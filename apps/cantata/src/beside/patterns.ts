/** The pattern documents in the folder `patterns` beside a workflow. */
import { basename, dirname, join } from 'node:path';
import type { JsonObject, Pattern, PatternLibrary } from '@cantata/core';
import {
  EmbeddedPatterns,
  type ParsedPattern,
  type PatternDocument,
  parsePattern,
  positionOf,
} from '@cantata/definition';
import type { FileProblem } from '../failure.ts';
import { readablePath } from '../paths.ts';
import type { Documents } from './documents.ts';

const FOLDER = 'patterns';

/** Whether a text that is no workflow means to be a pattern. */
export function isPatternText(text: string): boolean {
  return /^\s*["']?rules["']?\s*:/m.test(text) && !/^[\s{,]*["']?orchestration_pattern["']?\s*:/m.test(text);
}

/** Whether a file of this name is found beside a workflow. */
export function isPatternFile(path: string): boolean {
  return basename(dirname(path)) === FOLDER;
}

/** A file that would be found beside this workflow. */
export function patternIn(workflow: string): string {
  return join(dirname(workflow), FOLDER, 'any.yaml');
}

export interface PatternFile {
  readonly file: string;
  readonly text: string;
  readonly parsed: ParsedPattern;
  /** As far as it can be read. */
  readonly name: string | undefined;
}

export function patternFile(file: string, text: string): PatternFile {
  const parsed = parsePattern(text);
  const name =
    parsed.kind === 'valid'
      ? parsed.pattern.name
      : /^\s*["']?name["']?\s*:\s*["']?([\w.+-]+)/m.exec(text)?.[1];
  return { file, text, parsed, name };
}

export interface LookedInto {
  readonly file: string;
  readonly problems: readonly FileProblem[];
}

/** A library that remembers what it was asked for. */
export class PatternsBeside implements PatternLibrary {
  readonly #known: PatternLibrary;
  readonly #files: readonly PatternFile[];
  readonly #beside: EmbeddedPatterns;
  readonly #asked = new Set<string>();

  /** `workflow` is a path; `known` comes before what lies beside. */
  constructor(cwd: string, workflow: string, documents: Documents, known: PatternLibrary) {
    this.#known = known;
    const folder = join(dirname(workflow), FOLDER);
    this.#files = documents
      .list(folder)
      .map((name) => join(folder, name))
      .map((path) => patternFile(readablePath(cwd, path), documents.read(path)));
    this.#beside = new EmbeddedPatterns(documentsOf(this.#files));
  }

  get(name: string): Pattern | undefined {
    this.#asked.add(name);
    return this.#known.get(name) ?? this.#beside.get(name);
  }

  keys(): ReturnType<PatternLibrary['keys']> {
    return new Set([...this.#known.keys(), ...this.#beside.keys()]).values();
  }

  /** The document with the patterns that it names and does not bring itself. */
  embedded(document: JsonObject): JsonObject {
    return this.#beside.into(document);
  }

  /** What is wrong with those that the workflow names, or may mean; a half-written one is no matter of other workflows. */
  looked(): readonly LookedInto[] {
    const isMissing = [...this.#asked].some((name) => this.get(name) === undefined);
    const taken = new Map<string, string>();
    return this.#files.flatMap((one) => {
      const { file, parsed, name } = one;
      if (name === undefined ? !isMissing : !this.#asked.has(name)) return [];
      if (parsed.kind === 'invalid')
        return [{ file, problems: parsed.problems.map((problem) => ({ ...problem, file })) }];
      const there = taken.get(parsed.pattern.name) ?? this.#whose(parsed.pattern.name);
      taken.set(parsed.pattern.name, `in ${file}`);
      const notices = parsed.notices.map((problem) => ({ ...problem, file }));
      return [{ file, problems: there === undefined ? notices : [...notices, repeated(one, there)] }];
    });
  }

  #whose(name: string): string | undefined {
    return this.#known.get(name) === undefined
      ? undefined
      : 'among those that come with Cantata or with the configuration';
  }
}

/** Of two of one name the first. */
function documentsOf(files: readonly PatternFile[]): ReadonlyMap<string, PatternDocument> {
  const found = new Map<string, PatternDocument>();
  for (const { parsed } of files)
    if (parsed.kind === 'valid' && !found.has(parsed.pattern.name)) found.set(parsed.pattern.name, parsed);
  return found;
}

function repeated({ file, text, name }: PatternFile, there: string): FileProblem {
  return {
    file,
    code: 'team_invalid',
    severity: 'error',
    message: `there is a pattern \`${name}\` already, ${there}`,
    path: 'name',
    ...positionOf(text, ['name']),
    hint: 'choose another name',
  };
}
