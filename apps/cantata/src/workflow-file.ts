/** From a file name to a checked workflow, or to everything that is wrong with it. */
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Definition, JsonObject } from '@cantata/core';
import { parseDefinition, positionOf } from '@cantata/definition';
import type { Config } from '@cantata/sdk';
import { EXIT } from './exit.ts';
import { Failure, type FileProblem, usage } from './failure.ts';
import { readablePath } from './paths.ts';
import { count } from './render/text.ts';

export interface CheckedFile {
  readonly file: string;
  /** Undefined when the workflow cannot run. */
  readonly workflow: { readonly definition: Definition; readonly document: JsonObject } | undefined;
  readonly readable: boolean;
  readonly problems: readonly FileProblem[];
}

/** A configuration the agent types are looked up in. */
export interface Binding {
  readonly config: Config;
  readonly file: string;
}

/** Reads and checks a workflow. @throws Failure when there is no such file. */
export function checkFile(cwd: string, file: string, binding?: Binding): CheckedFile {
  return checkText(cwd, file, readWorkflowText(cwd, file), binding);
}

/** The same for a text that may differ from that of the file. */
export function checkText(cwd: string, file: string, text: string, binding?: Binding): CheckedFile {
  const parsed = parseDefinition(text);
  const readable = parsed.kind !== 'unreadable';
  if (parsed.kind !== 'valid')
    return { file, workflow: undefined, readable, problems: inFile(parsed.problems, file) };
  const { definition, document, notices } = parsed;
  const unbound = binding === undefined ? [] : unboundTypes(definition, text, binding, cwd);
  const problems = inFile([...notices, ...unbound], file).toSorted(
    (a, b) => a.line - b.line || a.column - b.column,
  );
  return { file, readable, problems, workflow: unbound.length === 0 ? { definition, document } : undefined };
}

/** The same for commands that need a workflow that can run. @throws Failure with all problems. */
export function requireWorkflow(
  cwd: string,
  file: string,
  binding?: Binding,
): Required<CheckedFile> & {
  readonly workflow: NonNullable<CheckedFile['workflow']>;
} {
  const checked = checkFile(cwd, file, binding);
  if (checked.workflow !== undefined) return { ...checked, workflow: checked.workflow };
  const errors = checked.problems.filter(({ severity }) => severity === 'error');
  const only = errors.every(({ code }) => code === 'agent_type_unbound')
    ? 'agent_type_unbound'
    : 'definition_invalid';
  const code = checked.readable ? only : 'definition_unreadable';
  throw new Failure(code, `${checked.file} has ${count(errors.length, 'problem')}`, {
    exit: EXIT.invalid,
    problems: errors,
  });
}

/** The file that is meant: a folder stands for the workflow in it. @throws Failure for a folder without one. */
export function workflowFile(cwd: string, named: string): string {
  const path = resolve(cwd, named);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return named;
  const found = ['workflow.yaml', 'workflow.yml', 'workflow.json'].find(
    (name) => statSync(join(path, name), { throwIfNoEntry: false })?.isFile() === true,
  );
  if (found === undefined) throw usage(`the folder ${named} has no workflow.yaml`);
  return join(named, found);
}

/** @throws Failure when there is no such file. */
export function readWorkflowText(cwd: string, file: string): string {
  try {
    return decode(readFileSync(resolve(cwd, file)));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw usage(code === 'ENOENT' ? `there is no file ${file}` : `${file} cannot be read: ${message}`);
  }
}

/** UTF-8, or UTF-16 where a byte order mark says so: what some shells write when output is sent to a file. */
function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff && bytes.length % 2 === 0)
    return bytes.swap16().toString('utf16le');
  return bytes.toString('utf8');
}

export function inFile(problems: readonly Omit<FileProblem, 'file'>[], file: string): readonly FileProblem[] {
  return problems.map((problem) => ({ ...problem, file }));
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
