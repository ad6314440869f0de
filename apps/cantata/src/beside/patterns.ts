/**
 * The pattern documents in the folder `patterns` beside a workflow. Those that it names become a part of the document that
 * is stored, and so of its digest: a run keeps to what it began with, whatever becomes of the files.
 */
import { basename, dirname, join } from 'node:path';
import type { JsonObject, Pattern, PatternLibrary } from '@cantata/core';
import { type ParsedPattern, parsePattern, positionOf } from '@cantata/definition';
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
  readonly #asked = new Set<string>();

  /** `workflow` is a path; `known` comes before what lies beside. */
  constructor(cwd: string, workflow: string, documents: Documents, known: PatternLibrary) {
    this.#known = known;
    const folder = join(dirname(workflow), FOLDER);
    this.#files = documents
      .list(folder)
      .map((name) => join(folder, name))
      .map((path) => patternFile(readablePath(cwd, path), documents.read(path)));
  }

  get(name: string): Pattern | undefined {
    this.#asked.add(name);
    return this.#known.get(name) ?? this.#documentOf(name)?.pattern;
  }

  keys(): ReturnType<PatternLibrary['keys']> {
    const beside = this.#files.flatMap(({ parsed }) =>
      parsed.kind === 'valid' ? [parsed.pattern.name] : [],
    );
    return new Set([...this.#known.keys(), ...beside]).values();
  }

  /** The document with the patterns that it names and does not bring itself. */
  embedded(document: JsonObject): JsonObject {
    const used = [...this.#asked]
      .filter((name) => this.#known.get(name) === undefined)
      .flatMap((name) => this.#documentOf(name)?.document ?? []);
    if (used.length === 0) return document;
    const { patterns = [] } = document;
    return { ...document, patterns: [...(patterns as readonly JsonObject[]), ...used] };
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

  #documentOf(name: string): (ParsedPattern & { readonly kind: 'valid' }) | undefined {
    const found = this.#files.find(({ parsed }) => parsed.kind === 'valid' && parsed.pattern.name === name);
    return found?.parsed.kind === 'valid' ? found.parsed : undefined;
  }
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
