/** Which watcher a command gets: by what was asked for, else by where it writes. */
import type { Watcher } from '../follow/watcher.ts';
import type { Host } from '../host.ts';
import { createLiveTree } from './live-tree.ts';
import { createPlainLines } from './plain-lines.ts';
import { createJsonLines, createSilence } from './silent.ts';

export interface ShowOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

export function showOf({ json, quiet }: ShowOptions): 'people' | 'json' | 'quiet' {
  if (json === true) return 'json';
  return quiet === true ? 'quiet' : 'people';
}

export function createWatcher({ out, err }: Host, options: ShowOptions): Watcher {
  const verbose = options.verbose === true;
  const show = showOf(options);
  switch (show) {
    case 'json':
      return createJsonLines(out, err);
    case 'quiet':
      return createSilence(err);
    case 'people':
      return out.redraws ? createLiveTree(out, { verbose }) : createPlainLines({ out, err, verbose });
    default:
      return show satisfies never;
  }
}
