/**
 * Tells when one of a few files changes. Folders are watched, not files: editors write a new file and rename it over
 * the old one, which ends a watch of the old one. Never polls.
 */
import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import { usage } from '../failure.ts';

/** An editor's save is a burst of events; a person does not save twice in this time. */
const SETTLED_MS = 50;

export interface Folders {
  /** Resolves when something has changed since the last call, and has settled. */
  change(): Promise<void>;
  close(): void;
}

/** @throws Failure when a folder cannot be watched. */
export function watchFolders(folders: readonly string[], concerns: (path: string) => boolean): Folders {
  let timer: NodeJS.Timeout | undefined;
  let hasChanged = false;
  let tell: () => void = () => undefined;
  const settle = (): void => {
    hasChanged = true;
    tell();
  };
  const watchers: FSWatcher[] = [];
  const close = (): void => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
  for (const folder of new Set(folders)) {
    try {
      const watcher = watch(folder, (_, name) => {
        // Some systems do not say which file it was.
        if (name !== null && !concerns(join(folder, name))) return;
        clearTimeout(timer);
        timer = setTimeout(settle, SETTLED_MS);
      });
      watcher.on('error', settle);
      watchers.push(watcher);
    } catch (error) {
      close();
      throw usage(`the folder ${folder} cannot be watched: ${(error as Error).message}`);
    }
  }
  const change = async (): Promise<void> => {
    if (!hasChanged) await new Promise<void>((resolve) => (tell = resolve));
    hasChanged = false;
  };
  return { change, close };
}
