/** `cantata validate --watch`: says it again whenever a workflow or its configuration changes, until Ctrl-C. */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { isConfigName } from '../assemble/project.ts';
import { isDocument } from '../beside/documents.ts';
import { patternIn } from '../beside/patterns.ts';
import type { ExitCode } from '../exit.ts';
import { Interrupted, listenForInterrupts } from '../follow/interrupts.ts';
import type { CommonOptions, Host } from '../host.ts';
import { stamp } from '../render/time.ts';
import { checkFiles, configOf } from './check-files.ts';
import { watchFolders } from './folders.ts';
import { exitOfReport, printReport, type Report, reportJson } from './report.ts';

/** Ends with the exit code of what was found last. */
export async function watchFiles(
  host: Host,
  files: readonly string[],
  options: CommonOptions,
): Promise<ExitCode> {
  const paths = new Set(files.map((file) => resolve(host.cwd, file)));
  // Looked for anew each time: one may be written, or go.
  const configs = (): readonly string[] => files.flatMap((file) => configOf(host, file, options) ?? []);
  // What the workflows were found to need beside them.
  let beside: readonly string[] = [];
  const folders = watchFolders(
    [...paths, ...configs(), ...[...paths].map(patternIn)].map((path) => dirname(path)).filter(existsSync),
    (path) => paths.has(path) || isConfigName(basename(path)) || configs().includes(path) || isDocument(path),
  );
  const interrupts = listenForInterrupts();
  let seen = '';
  let exit: ExitCode | undefined;
  try {
    for (;;) {
      const state = stateOf([...paths, ...configs()]);
      if (`${state} ${stateOf(beside)}` !== seen || exit === undefined) {
        const report = await checkFiles(host, files, options, { mayBeMissing: true, revision: state });
        exit = exitOfReport(report);
        beside = besideOf(host, report);
        seen = `${state} ${stateOf(beside)}`;
        print(host, report, options);
      }
      await interrupts.during(folders.change());
    }
  } catch (error) {
    if (error instanceof Interrupted && exit !== undefined) return exit;
    throw error;
  } finally {
    interrupts.close();
    folders.close();
  }
}

function print(host: Host, report: Report, { json }: CommonOptions): void {
  const now = Date.now();
  if (json === true) {
    // A line each, on a terminal too: whoever reads them reads lines.
    host.out.line(JSON.stringify({ at: new Date(now).toISOString(), ...reportJson(report) }));
    return;
  }
  host.out.line(host.out.paint.dim(stamp(now)));
  printReport(host, report);
  host.out.line();
}

/** With the folder of patterns, where there may be one more tomorrow. */
function besideOf({ cwd }: Host, { checked }: Report): readonly string[] {
  return checked.flatMap(({ file, beside }) => [
    dirname(patternIn(resolve(cwd, file))),
    ...beside.map((one) => resolve(cwd, one.file)),
  ]);
}

/** One save is several events; only what changed the files is worth a word. */
function stateOf(paths: readonly string[]): string {
  return paths
    .map((path) => {
      const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
      return stats === undefined ? '-' : `${stats.ino}.${stats.mtimeNs}.${stats.size}`;
    })
    .join(' ');
}
