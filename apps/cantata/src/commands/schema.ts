/** `cantata schema`: the JSON Schema of the workflow language, for editors. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { languageSchema } from '@cantata/definition';
import { EXIT, type ExitCode } from '../exit.ts';
import { usage } from '../failure.ts';
import { type CommonOptions, type Host, printJson } from '../host.ts';

export interface SchemaOptions extends CommonOptions {
  readonly out?: string;
}

export function schema(host: Host, { out, json }: SchemaOptions): ExitCode {
  if (out === undefined) {
    host.out.writer.write(schemaText());
    return EXIT.ok;
  }
  try {
    writeFileSync(resolve(host.cwd, out), schemaText());
  } catch (error) {
    throw usage(`${out} cannot be written: ${(error as Error).message}`);
  }
  if (json === true) printJson(host, { written: out });
  else host.out.line(`Wrote ${out}.`);
  return EXIT.ok;
}

/** As a file; `cantata init` writes one beside the workflow. */
export function schemaText(): string {
  return `${JSON.stringify(languageSchema(), null, 2)}\n`;
}
