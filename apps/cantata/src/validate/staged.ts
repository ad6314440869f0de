/**
 * `cantata validate --staged`: what is about to be committed, as it is staged. For hooks: a file that is no workflow is
 * none of its business, and neither is the configuration, which may have changed beside what is staged.
 */
import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { type Documents, documentsOf } from '../beside/documents.ts';
import { isPatternFile, isPatternText } from '../beside/patterns.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { usage } from '../failure.ts';
import { type CommonOptions, type Host, learnPatterns, printJson, projectOf } from '../host.ts';
import { readablePath } from '../paths.ts';
import { type CheckedFile, checkText } from '../workflow-file.ts';
import { exitOfReport, printReport, type Report, reportJson } from './report.ts';

const KINDS = ['*.yaml', '*.yml', '*.json'];
/** Every workflow has the first; one that misspells it may name its schema, or have been a workflow before. */
const MARKS = /^[\s{,]*["']?orchestration_pattern["']?\s*:|\$schema=\S*workflow\.schema\.json/m;
/** Most a file may have; far above the limit of the language. */
const MAX_BYTES = 64 * 1024 * 1024;

/** The named files, as they are staged; without any, those that differ from the last commit. */
export async function validateStaged(
  host: Host,
  named: readonly string[],
  options: CommonOptions,
): Promise<ExitCode> {
  // Git says where things really are.
  const cwd = realpathSync(host.cwd);
  const top = git(cwd, 'rev-parse', '--show-toplevel').trimEnd();
  const files = named.length === 0 ? changedFiles(cwd) : stagedFiles(cwd, named);
  const documents = stagedIn(top);
  const checked: CheckedFile[] = [];
  for (const path of files) {
    const text = git(top, 'show', `:./${path}`);
    if (!isOurs(top, path, text)) continue;
    const file = readablePath(cwd, join(top, path));
    // A pattern in code is known to nobody else; what else the configuration says, it may say differently tomorrow.
    await learnPatterns(projectOf(host, options, file));
    checked.push(checkText({ cwd, patterns: host.patterns, documents }, file, text));
  }
  const report: Report = { checked, configFailures: new Map() };
  if (options.json === true) printJson(host, reportJson(report));
  else if (checked.length === 0) host.out.line(host.out.paint.dim('no workflow is staged'));
  else printReport(host, report);
  return checked.length === 0 ? EXIT.ok : exitOfReport(report);
}

function isOurs(top: string, path: string, text: string): boolean {
  if (isPatternFile(path)) return isPatternText(text) && /^\s*["']?roles["']?\s*:/m.test(text);
  return MARKS.test(text) || MARKS.test(gitOrNothing(top, 'show', `HEAD:./${path}`));
}

/** What lies beside a workflow as it will be committed. */
function stagedIn(top: string): Documents {
  const inside = (path: string): string => relative(top, path);
  return {
    list: (folder) =>
      documentsOf(
        names(git(top, 'ls-files', '-z', '--', `:(glob)${join(inside(folder), '*')}`)).map((path) =>
          basename(path),
        ),
      ),
    read: (path) => git(top, 'show', `:./${inside(path)}`),
  };
}

/** From the top of the repository. */
function changedFiles(cwd: string): readonly string[] {
  return names(
    git(
      cwd,
      'diff',
      '--cached',
      '--name-only',
      '--diff-filter=ACMR',
      '-z',
      '--',
      ...KINDS.map((kind) => `:/${kind}`),
    ),
  );
}

function stagedFiles(cwd: string, named: readonly string[]): readonly string[] {
  return names(git(cwd, 'ls-files', '--full-name', '-z', '--', ...named));
}

function names(output: string): readonly string[] {
  return output.split('\0').filter((name) => name !== '');
}

function git(cwd: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync('git', args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: MAX_BYTES,
  });
  if (error !== undefined) throw usage(`git cannot be started: ${error.message}`);
  if (status === 0) return stdout;
  throw usage(`git ${args[0]} failed: ${stderr.trim()}`, '--staged works inside a git repository.');
}

/** What is not there, a new file or a first commit, has no text. */
function gitOrNothing(cwd: string, ...args: readonly string[]): string {
  const { status, stdout } = spawnSync('git', args, { cwd, encoding: 'utf8', maxBuffer: MAX_BYTES });
  return status === 0 ? stdout : '';
}
