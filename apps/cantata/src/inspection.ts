/** Looks at one workflow with what it needs of the files beside it: patterns, and workflows that it starts. */
import type { Definition } from '@cantata/core';
import {
  type ParsedPattern,
  parseDefinition,
  positionOf,
  type Wanted,
  wantedBy,
  withPatterns,
  workflowMissing,
} from '@cantata/definition';
import { type Documents, ON_DISK } from './beside/documents.ts';
import { type LookedInto, PatternsBeside } from './beside/patterns.ts';
import { candidates, type Declared, declaredIn, isWanted } from './beside/workflows.ts';
import type { FileProblem } from './failure.ts';
import { readablePath } from './paths.ts';
import type { Binding, CheckedFile, Elsewhere, Part, Setting } from './workflow-file.ts';

/** A file as it is known while others are looked at: two workflows may start each other. */
interface Seen {
  declared: Declared;
  checked?: CheckedFile;
}

export class Inspection {
  readonly #setting: Setting;
  readonly #documents: Documents;
  /** By path. */
  readonly #seen = new Map<string, Seen>();

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#documents = setting.documents ?? ON_DISK;
  }

  check(file: string, path: string, text: string): CheckedFile {
    const seen: Seen = { declared: declaredIn(text) };
    this.#seen.set(path, seen);
    const { cwd, binding, patterns } = this.#setting;
    const known = binding === undefined ? patterns : withPatterns(binding.config.patterns ?? []);
    const library = new PatternsBeside(cwd, path, this.#documents, known);
    const parsed = parseDefinition(text, { patterns: library });
    const ofPatterns = library.looked().map(checkedBeside);
    const areFit = ofPatterns.every(({ isValid }) => isValid);
    if (parsed.kind !== 'valid') {
      // Of a team whose pattern is wrong itself nobody can say more.
      const own = areFit ? parsed.problems : parsed.problems.filter(({ code }) => code !== 'team_invalid');
      const readable = parsed.kind !== 'unreadable';
      seen.checked = { ...INVALID, file, readable, problems: inFile(own, file), beside: ofPatterns };
      return seen.checked;
    }
    const { definition, notices } = parsed;
    seen.declared = definition;
    const started = this.#started(definition, file, path, text);
    const unbound = binding === undefined ? [] : unboundTypes(definition, text, binding, cwd);
    const problems = [...inFile([...notices, ...unbound], file), ...started.problems].toSorted(
      (a, b) => a.line - b.line || a.column - b.column,
    );
    const beside = [...ofPatterns, ...started.files.flatMap((one) => [one, ...one.beside])];
    const isValid = [...problems, ...beside.flatMap((one) => one.problems)].every(
      ({ severity }) => severity !== 'error',
    );
    const { parts, elsewhere } = started;
    const document = library.embedded(parsed.document);
    const workflow = isValid ? { definition, document, parts, elsewhere } : undefined;
    seen.checked = { file, readable: true, problems, workflow, isValid, beside };
    return seen.checked;
  }

  #started(definition: Definition, file: string, path: string, text: string): Started {
    const files = new Set<CheckedFile>();
    const problems: FileProblem[] = [];
    const elsewhere: Elsewhere[] = [];
    for (const wanted of wantedBy(definition)) {
      const found = candidates(path, wanted, this.#documents).filter((one) =>
        isWanted(this.#look(one).declared, wanted),
      );
      const at = (): FileProblem => ({ file, ...workflowMissing(text, wanted, NOT_HERE) });
      if (found.length > 1) problems.push({ ...at(), ...ambiguous(found, wanted, this.#setting.cwd) });
      else if (found[0] === undefined) {
        const { name, version } = wanted;
        elsewhere.push({ name, version, problem: at() });
      } else {
        // One that is being looked at starts this one: it has its place already.
        const { checked } = this.#look(found[0]);
        if (checked !== undefined) files.add(checked);
      }
    }
    const all = [...files];
    const parts = new Map<string, Part>();
    for (const { file: name, workflow } of all) {
      if (workflow === undefined) continue;
      for (const part of workflow.parts) parts.set(part.file, part);
      parts.set(name, { ...workflow, file: name });
    }
    elsewhere.push(...all.flatMap(({ workflow }) => workflow?.elsewhere ?? []));
    return { files: all, problems, elsewhere, parts: [...parts.values()] };
  }

  #look(path: string): Seen {
    const known = this.#seen.get(path);
    if (known !== undefined) return known;
    this.check(readablePath(this.#setting.cwd, path), path, this.#documents.read(path));
    return this.#seen.get(path) as Seen;
  }
}

interface Started {
  readonly files: readonly CheckedFile[];
  readonly problems: readonly FileProblem[];
  readonly elsewhere: readonly Elsewhere[];
  readonly parts: readonly Part[];
}

const INVALID = { workflow: undefined, isValid: false } as const;

export function checkedPattern(file: string, parsed: ParsedPattern): CheckedFile {
  return checkedBeside({
    file,
    problems: inFile(parsed.kind === 'valid' ? parsed.notices : parsed.problems, file),
  });
}

function checkedBeside({ file, problems }: LookedInto): CheckedFile {
  const isValid = problems.every(({ severity }) => severity !== 'error');
  return { file, workflow: undefined, isValid, readable: true, problems, beside: [] };
}

export function inFile(problems: readonly Omit<FileProblem, 'file'>[], file: string): readonly FileProblem[] {
  return problems.map((problem) => ({ ...problem, file }));
}

const NOT_HERE = {
  where: 'beside this one, and none was run here',
  hint: 'put its file into the same folder, or run it once',
};

function ambiguous(found: readonly string[], { name, version }: Wanted, cwd: string) {
  const files = found.map((path) => `\`${readablePath(cwd, path)}\``).join(' and ');
  return {
    code: 'workflow_ambiguous',
    message: `${files} are both the workflow \`${name}\`${version === undefined ? '' : ` in version ${version}`}`,
    hint: version === undefined ? 'say which `version`, or rename one of them' : 'rename one of them',
  };
}

function unboundTypes(
  definition: Definition,
  text: string,
  binding: Binding,
  cwd: string,
): readonly Omit<FileProblem, 'file'>[] {
  const config = readablePath(cwd, binding.file);
  const known = Object.keys(binding.config.agents);
  return definition.agents
    .filter(({ type }) => !Object.hasOwn(binding.config.agents, type))
    .map(({ name, type }) => ({
      code: 'agent_type_unbound',
      severity: 'error',
      message: `no agent is bound to the type \`${type}\` in ${config}`,
      path: `agents.${name}.type`,
      ...positionOf(text, ['agents', name, 'type']),
      hint: `bind it there: agents: { ${type}: defineAgent(...) }; bound are ${known.join(', ') || 'none'}`,
    }));
}
