/** Loads `cantata.config.ts`: the one place where code of the user enters the command. */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { CantataError } from '@cantata/core';
import { STANDARD } from '@cantata/definition';
import { type Config, readConfig } from '@cantata/sdk';

/**
 * The checked default export of a configuration. Node loads a module once; another `revision` is read anew, the
 * configuration itself if not what it imports.
 * @throws CantataError `config_invalid` with the file and what is wrong, the reason of an import that failed included
 */
export async function loadConfig(file: string, revision?: string): Promise<Config> {
  offerOwnSdk();
  const url = pathToFileURL(file);
  if (revision !== undefined) url.searchParams.set('revision', revision);
  let exported: unknown;
  try {
    exported = ((await import(url.href)) as { readonly default?: unknown }).default;
  } catch (error) {
    throw new CantataError('config_invalid', `${file} cannot be loaded: ${reasonOf(error)}`, {
      cause: error,
    });
  }
  const config = readConfig(exported, file);
  const taken = (config.patterns ?? []).map(({ name }) => name).filter((name) => STANDARD.get(name));
  if (taken.length === 0) return config;
  const message = `${file}: ${taken.map((name) => `there is a pattern ${name} already, which comes with Cantata`).join('; ')}`;
  throw new CantataError('config_invalid', `${message}; choose another name`);
}

let isOffered = false;

/**
 * A project that has not installed the SDK gets the one this command came with, so that `init` and `run` need
 * nothing in between. One that has it keeps its own.
 */
function offerOwnSdk(): void {
  if (isOffered) return;
  isOffered = true;
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        if (specifier !== '@cantata/sdk') throw error;
        return next(specifier, { ...context, parentURL: import.meta.url });
      }
    },
  });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  const [first = error.name] = error.message.split('\n');
  if (code === 'ERR_MODULE_NOT_FOUND' && /Cannot find package/.test(first)) {
    const name = /package '([^']+)'/.exec(first)?.[1] ?? 'it';
    return `the package ${name} is not installed; run npm install ${name}`;
  }
  if (/Cannot use import statement outside a module|Unexpected token 'export'/.test(first)) {
    return 'it is read as CommonJS; write "type": "module" into its package.json';
  }
  return error instanceof SyntaxError ? `it is not valid TypeScript: ${first}` : first;
}
