/** From a file name to a checked workflow, or to everything that is wrong with it. */
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Definition, JsonObject, PatternLibrary } from '@cantata/core';
import type { Config } from '@cantata/sdk';
import { type Documents, decode } from './beside/documents.ts';
import { isPatternText, patternFile } from './beside/patterns.ts';
import { EXIT } from './exit.ts';
import { Failure, type FileProblem, usage } from './failure.ts';
import { checkedPattern, Inspection } from './inspection.ts';
import { count } from './render/text.ts';

export interface CheckedFile {
  readonly file: string;
  /** Undefined when it cannot run, and for a pattern. */
  readonly workflow: CheckedWorkflow | undefined;
  readonly isValid: boolean;
  readonly readable: boolean;
  readonly problems: readonly FileProblem[];
  /** What it needs of the files beside it, and theirs: patterns, and workflows that it starts. */
  readonly beside: readonly CheckedFile[];
}

export interface CheckedWorkflow {
  readonly definition: Definition;
  readonly document: JsonObject;
  /** The workflows that it starts and that lie beside it, with theirs: each after those it starts itself. */
  readonly parts: readonly Part[];
  /** Those that do not lie beside it. They may have been registered. */
  readonly elsewhere: readonly Elsewhere[];
}

export type Part = Pick<CheckedWorkflow, 'definition' | 'document'> & { readonly file: string };

export interface Elsewhere {
  readonly name: string;
  readonly version: string | undefined;
  /** What is wrong if it is not registered either. */
  readonly problem: FileProblem;
}

/** A configuration the agent types are looked up in. */
export interface Binding {
  readonly config: Config;
  readonly file: string;
}

/** Where a workflow is looked at. */
export interface Setting {
  readonly cwd: string;
  /** Beside those that lie beside it. */
  readonly patterns: PatternLibrary;
  readonly binding?: Binding | undefined;
  /** Those on the disk unless given. */
  readonly documents?: Documents;
}

/** Reads and checks a workflow, or a pattern. @throws Failure when there is no such file. */
export function checkFile(setting: Setting, file: string): CheckedFile {
  return checkText(setting, file, readWorkflowText(setting.cwd, file));
}

/** The same for a text that may differ from that of the file. */
export function checkText(setting: Setting, file: string, text: string): CheckedFile {
  if (isPatternText(text)) return checkedPattern(file, patternFile(file, text).parsed);
  return new Inspection(setting).check(file, resolve(setting.cwd, file), text);
}

/** The same for commands that need a workflow that can run. @throws Failure with all problems. */
export function requireWorkflow(
  setting: Setting,
  file: string,
): CheckedFile & { readonly workflow: CheckedWorkflow } {
  const checked = checkFile(setting, file);
  if (checked.workflow !== undefined) return { ...checked, workflow: checked.workflow };
  const all = [checked, ...checked.beside];
  const errors = all.flatMap(({ problems }) => problems).filter(({ severity }) => severity === 'error');
  if (errors.length === 0) throw usage(`${file} is a pattern, and no workflow`);
  throw unfit(file, errors, checked.readable);
}

/** A workflow that cannot run for these reasons. */
export function unfit(file: string, errors: readonly FileProblem[], readable = true): Failure {
  const only = errors.every(({ code }) => code === 'agent_type_unbound')
    ? 'agent_type_unbound'
    : 'definition_invalid';
  const code = readable ? only : 'definition_unreadable';
  return new Failure(code, `${file} has ${count(errors.length, 'problem')}`, {
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
