/** A run that broke a promise, told to a person: what is broken, the programs as YAML, what happened when, the logs. */
import type { Json } from '@cantata/core';
import { formatDefinition } from '@cantata/definition';
import { VIRTUAL_START } from '../virtual-clock.ts';
import type { FinishedExecution } from './finished.ts';
import { INVARIANTS } from './invariants/index.ts';
import { sizeOf } from './script.ts';
import type { Simulated } from './simulate.ts';

const MOST_LOGS = 3;
const MOST_BROKEN = 20;

/** `why` is printed above everything, as given. */
export function tell({ script, broken, history, finished }: Simulated): string {
  const sentences = broken.map(({ sentence }) => sentence).join('\n');
  const concerned = (finished?.executions ?? []).filter(({ id }) => sentences.includes(id));
  const shown = concerned.slice(0, MOST_LOGS);
  const names = new Set(shown.map(({ workflow }) => workflow.program.name));
  const workflows = (finished?.workflows ?? []).filter(
    ({ program }) => names.size === 0 || names.has(program.name),
  );
  return [
    `seed ${script.seed} breaks what must hold (${sizeOf(script)} parts):`,
    ...broken.slice(0, MOST_BROKEN).map(({ invariant, sentence }) => `  ${invariant}: ${sentence}`),
    ...(broken.length > MOST_BROKEN ? [`  and ${broken.length - MOST_BROKEN} more`] : []),
    '',
    'what must hold:',
    ...INVARIANTS.filter(({ name }) => broken.some(({ invariant }) => invariant === name)).map(
      ({ name, says }) => `  ${name}: ${says}`,
    ),
    ...workflows.flatMap(({ program }) => ['', yamlOf(program.document)]),
    '',
    'what happened:',
    ...history.map(({ at, what }) => `  ${seconds(at)}  ${what}`),
    ...shown.flatMap(logOf),
    '',
  ].join('\n');
}

function logOf({ id, workflow, log, row }: FinishedExecution): readonly string[] {
  return [
    '',
    `the log of ${id} (${workflow.program.name}, ${row.status}${row.parked ? ', parked' : ''}):`,
    ...log.map(({ sequence, at, event: { type, ...data } }) => {
      const text = JSON.stringify(data);
      return `  ${seconds(at - VIRTUAL_START)}  ${String(sequence).padStart(3)} ${type} ${text.length > 160 ? `${text.slice(0, 160)}…` : text}`;
    }),
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(3).padStart(10)} s`;
}

/** A document as its author would have written it. */
function yamlOf(document: Json): string {
  const text = block(document, '').join('\n');
  const formatted = formatDefinition(`${text}\n`);
  return (formatted.kind === 'formatted' ? formatted.text : text).trimEnd();
}

/** Mappings and lists in lines of their own, everything else as JSON, which is YAML. */
function block(value: Json, indent: string): readonly string[] {
  const entries = isList(value)
    ? value.map((entry): [string, Json] => ['-', entry])
    : Object.entries(value as object).map(([key, entry]): [string, Json] => [`${key}:`, entry as Json]);
  return entries.flatMap(([head, entry]) =>
    isNested(entry)
      ? [`${indent}${head}`, ...block(entry, `${indent}  `)]
      : [`${indent}${head} ${JSON.stringify(entry)}`],
  );
}

function isNested(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
