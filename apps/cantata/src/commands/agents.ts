/** `cantata agents`: the agent types there are, who is bound to them, and what their circuit breakers say. */
import { type AgentDirectory, claimKey, type Instant, inTime } from '@cantata/core';
import type { AgentTypeRow, CircuitRow } from '@cantata/engine';
import { directoryOf } from '../assemble/directories.ts';
import type { Project } from '../assemble/project.ts';
import { createReader } from '../assemble/reader.ts';
import { reading } from '../assemble/reading.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { failureOf } from '../failure.ts';
import { type CommonOptions, type Host, printJson, projectOf } from '../host.ts';
import { tableLines } from '../render/table.ts';
import { clean, cut, shortId } from '../render/text.ts';

export async function agents(host: Host, options: CommonOptions): Promise<ExitCode> {
  const directory = await boundIn(projectOf(host, options), host);
  const rows = await reading(host, options, async (store) =>
    store === undefined ? [] : createReader(store, { patterns: host.patterns, agents: directory }).agents(),
  );
  const { out, environment } = host;
  if (options.json === true) printJson(host, rows.map(asJson));
  else if (rows.length === 0)
    out.line(
      `No workflow is known here yet. ${out.paint.dim(`${environment.command} run FILE executes one.`)}`,
    );
  else {
    const now = Date.now();
    const cells = rows.map((row) => cellsOf(row, now));
    for (const line of tableLines(['TYPE', 'BOUND', 'CIRCUIT', 'WAITING'], cells, out)) out.line(line);
    out.line(out.paint.dim('How attempts ended is known to the process that makes them, and to no other.'));
  }
  return EXIT.ok;
}

/** Undefined where there is no configuration, or none that can be read: then it is not known who is bound. */
async function boundIn(project: Project, { cwd, err }: Host): Promise<AgentDirectory | undefined> {
  try {
    const config = await project.config();
    if (config === undefined || project.configFile === undefined) return undefined;
    return directoryOf({ config, file: project.configFile }, cwd);
  } catch (error) {
    const { code, message } = failureOf(error);
    err.line(err.paint.yellow(`warn: ${code}: ${clean(message)}`));
    return undefined;
  }
}

function cellsOf({ agentType, bound, circuit, waiting }: AgentTypeRow, now: Instant): readonly string[] {
  const isBound = bound === undefined ? 'not known' : bound ? 'yes' : 'no';
  return [
    cut(clean(agentType), 40),
    isBound,
    circuitWords(circuit, now),
    waiting === 0 ? '' : String(waiting),
  ];
}

function circuitWords(circuit: CircuitRow, now: Instant): string {
  switch (circuit.status) {
    case 'closed':
      return circuit.failures === 0 ? 'closed' : `closed, ${circuit.failures} failed in a row`;
    case 'open':
      return circuit.until > now
        ? `open, tried ${inTime(circuit.until, now)}`
        : 'open, tried with the next attempt';
    case 'half_open':
      return `half open, tried by ${clean(circuit.probe.task)} of ${shortId(circuit.probe.execution)}`;
    default:
      return circuit satisfies never;
  }
}

function asJson({ agentType, bound, circuit, waiting }: AgentTypeRow): object {
  return {
    agent_type: agentType,
    bound: bound ?? null,
    circuit: circuitJson(circuit),
    waiting,
    // Of the process that makes them, which is not this one.
    outcomes: null,
  };
}

function circuitJson(circuit: CircuitRow): object {
  if (circuit.status === 'closed') return circuit;
  const { status, until } = circuit;
  const at = { status, until: new Date(until).toISOString() };
  if (circuit.status === 'open') return { ...at, since: new Date(circuit.since).toISOString() };
  return { ...at, probe: claimKey(circuit.probe) };
}
