/** Opens the data of a project for a command about what was executed, and closes it afterwards. */
import { resolve } from 'node:path';
import type { Store } from '@cantata/core';
import { EXIT } from '../exit.ts';
import { Failure, failureOf } from '../failure.ts';
import { type CommonOptions, type Host, learnPatterns, projectOf } from '../host.ts';
import { readablePath, typedPath } from '../paths.ts';
import { connect } from '../remote/connect.ts';
import { createRemoteStore } from '../remote/store.ts';
import { clean } from '../render/text.ts';
import { dataBelow } from './nearby.ts';
import { DATA_DIR, type Project } from './project.ts';
import { openExistingStore } from './store.ts';

const MAX_ELSEWHERE = 5;

export interface ReadingOptions extends CommonOptions {
  /** A file of the project. */
  readonly workflow?: string;
  /** `look` unless something is to be told to an execution. */
  readonly access?: 'write' | 'look';
}

/** Gives `work` the store, or undefined where nothing was ever executed. */
export async function reading<T>(
  host: Host,
  options: ReadingOptions,
  work: (store: Store | undefined) => Promise<T>,
): Promise<T> {
  const remote = connect(host, options);
  if (remote !== undefined) return work(createRemoteStore(remote.client));
  const project = projectOf(host, options, options.workflow);
  const dataDir = await dataDirOf(project, host);
  await learnPatterns(project);
  const store = await openExistingStore(dataDir, host.environment, options.access ?? 'look');
  try {
    return await work(store);
  } finally {
    await store?.close();
  }
}

/** The same for commands about one execution. @throws Failure `execution_not_found` where there is none. */
export async function readingOne<T>(
  host: Host,
  options: ReadingOptions,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  return reading(host, options, (store) => {
    if (store === undefined) {
      const help = ['`cantata run FILE` executes a workflow.', ...elsewhereLines(host)];
      throw new Failure('execution_not_found', 'nothing was executed here yet', { exit: EXIT.invalid, help });
    }
    return work(store);
  });
}

/** Where there is data after all, for who stands in a folder above it. */
export function elsewhereLines({ cwd, environment }: Host): readonly string[] {
  return dataBelow(cwd)
    .slice(0, MAX_ELSEWHERE)
    .map(
      (dataDir) =>
        `There is data in ${readablePath(cwd, dataDir)}: ${environment.command} list --data ${typedPath(cwd, dataDir)}`,
    );
}

/** A configuration that does not load keeps nobody from looking at what was executed. */
export async function dataDirOf(project: Project, { err }: Pick<Host, 'err'>): Promise<string> {
  try {
    return await project.dataDir();
  } catch (error) {
    const { code, message } = failureOf(error);
    err.line(err.paint.yellow(`warn: ${code}: ${clean(message)}; looking in ${DATA_DIR}`));
    return resolve(project.folder, DATA_DIR);
  }
}
