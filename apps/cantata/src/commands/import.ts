/** `cantata import FILE...`: workflows become known here without being run. All of them, or none. */
import { resolve } from 'node:path';
import { canonicalJson, DEFAULT_TENANT, type Definition, type JsonObject, type Store } from '@cantata/core';
import { parseDefinition, wantedBy, workflowMissing } from '@cantata/definition';
import { sha256 } from '@cantata/engine';
import { openStore } from '../assemble/store.ts';
import { passing } from '../assemble/telling.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { FileProblem } from '../failure.ts';
import { type CommonOptions, type Host, learnPatterns, printJson, projectOf } from '../host.ts';
import { clean, count } from '../render/text.ts';
import { readWorkflowText, unfit } from '../workflow-file.ts';

interface Read {
  readonly file: string;
  readonly text: string;
  readonly definition: Definition;
  readonly document: JsonObject;
}

/** Other content under a version that is known here is a conflict. */
type State = 'new' | 'same' | 'conflict';

export async function importWorkflows(
  host: Host,
  files: readonly string[],
  options: CommonOptions,
): Promise<ExitCode> {
  const project = projectOf(host, options);
  await learnPatterns(project);
  const read = readAll(host, files);
  const store = await openStore(await project.dataDir(), host.environment);
  try {
    await requireComplete(read, store);
    const found: { readonly one: Read; readonly state: State }[] = [];
    for (const one of read) found.push({ one, state: await stateOf(one, store) });
    const hasConflict = found.some(({ state }) => state === 'conflict');
    const fresh = found.filter(({ state }) => state === 'new');
    if (!hasConflict && fresh.length > 0)
      await passing(host, options, store, async ({ engine }) => {
        for (const { one } of fresh) await engine.register(one.document);
      });
    say(host, options, found, hasConflict);
    return hasConflict ? EXIT.conflict : EXIT.ok;
  } finally {
    await store.close();
  }
}

/** The versions of a workflow in the order of their numbers: the last one becomes the newest. @throws Failure with all problems. */
function readAll(host: Host, files: readonly string[]): readonly Read[] {
  const order = new Intl.Collator('en', { numeric: true });
  const problems: FileProblem[] = [];
  const read = files.flatMap((file): readonly Read[] => {
    const text = readWorkflowText(host.cwd, file);
    const parsed = parseDefinition(text, { patterns: host.patterns });
    if (parsed.kind === 'valid')
      return [{ file, text, definition: parsed.definition, document: parsed.document }];
    problems.push(...parsed.problems.map((problem) => ({ ...problem, file: resolve(host.cwd, file) })));
    return [];
  });
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw unfit(count(files.length - read.length, 'file'), errors);
  return read.toSorted((a, b) => order.compare(a.definition.version, b.definition.version));
}

/** @throws Failure where a workflow starts one that is neither here nor comes with it. */
async function requireComplete(read: readonly Read[], store: Store): Promise<void> {
  const missing: FileProblem[] = [];
  for (const { file, text, definition } of read) {
    for (const wanted of wantedBy(definition)) {
      const { name, version } = wanted;
      const comes = read.some(
        (other) =>
          other.definition.name === name && (version === undefined || other.definition.version === version),
      );
      if (comes || (await store.workflows.find(DEFAULT_TENANT, name, version)) !== undefined) continue;
      const hint = 'import it, too';
      missing.push({ ...workflowMissing(text, wanted, { where: 'here or among these', hint }), file });
    }
  }
  if (missing.length > 0) throw unfit('what is imported', missing);
}

async function stateOf({ definition, document }: Read, store: Store): Promise<State> {
  const known = await store.workflows.find(DEFAULT_TENANT, definition.name, definition.version);
  if (known === undefined) return 'new';
  return known.digest === sha256(canonicalJson(document)) ? 'same' : 'conflict';
}

function say(
  host: Host,
  { json }: CommonOptions,
  found: readonly { readonly one: Read; readonly state: State }[],
  hasConflict: boolean,
): void {
  const rows = found.map(({ one: { file, definition }, state }) => ({
    ...{ name: definition.name, version: definition.version, state, file },
    imported: state === 'new' && !hasConflict,
  }));
  if (json === true) return printJson(host, rows);
  const { green, red, dim } = host.out.paint;
  const paint = { new: green, same: dim, conflict: red };
  for (const { name, version, state } of rows)
    host.out.line(`${paint[state](state.padEnd(8))}  ${clean(name)} ${clean(version)}`);
  if (hasConflict)
    host.out.line(
      'Nothing was imported: what is in conflict is stored here with other content; give it a new version.',
    );
}
