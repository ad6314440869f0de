/** How the agents of a type are doing. */
import { type Claim, iso } from '@cantata/core';
import type { AgentTypeRow, CircuitRow } from '@cantata/engine';
import { z } from 'zod';
import { list, Timestamp, Uuid } from './common.ts';

const Circuit = z
  .discriminatedUnion('status', [
    z.object({ status: z.literal('closed'), failures: z.int().describe('in a row, up to now') }),
    z.object({ status: z.literal('open'), since: Timestamp, until: Timestamp }),
    z.object({
      status: z.literal('half_open'),
      until: Timestamp,
      probe: z
        .object({ execution_id: Uuid, task: z.string(), item: z.int().nullable() })
        .describe('who tries them for all'),
    }),
  ])
  .meta({ id: 'Circuit' });

const Outcomes = z
  .object({
    running: z.int(),
    succeeded: z.int(),
    failed: z.int(),
    timed_out: z.int(),
    lost: z.int().describe('their process ended'),
    mean_ms: z.number().nullable(),
    last_ms: z.number().nullable(),
    last_error: z.object({ code: z.string(), message: z.string(), at: Timestamp }).nullable(),
  })
  .meta({ id: 'AgentOutcomes' });

export const AgentType = z
  .object({
    agent_type: z.string(),
    bound: z.boolean().nullable().describe('whether code is bound to it; null where that is not known here'),
    health: z.enum(['healthy', 'failing', 'unbound']).describe('`failing`: its circuit is not closed'),
    circuit: Circuit,
    waiting: z.int().describe('items that wait until they are let through'),
    seats: z.object({
      declared: z.int().describe('of the newest versions of workflows'),
      workflows: list(z.string()).describe('which declare them'),
    }),
    outcomes: Outcomes.nullable().describe(
      'of this process since its start; null where it makes no attempts',
    ),
  })
  .meta({ id: 'AgentType' });

/** Which workflows declare how many seats of a type. */
export interface DeclaredSeats {
  readonly declared: number;
  readonly workflows: readonly string[];
}

export function agentType(
  { agentType: type, bound, circuit, waiting, here }: AgentTypeRow,
  seats: DeclaredSeats,
): z.infer<typeof AgentType> {
  const health = bound === false ? 'unbound' : circuit.status === 'closed' ? 'healthy' : 'failing';
  return {
    agent_type: type,
    bound: bound ?? null,
    health,
    circuit: circuitOf(circuit),
    waiting,
    seats,
    outcomes:
      here === undefined
        ? null
        : {
            running: here.running,
            succeeded: here.succeeded,
            failed: here.failed,
            timed_out: here.timedOut,
            lost: here.lost,
            mean_ms: here.meanMs ?? null,
            last_ms: here.lastMs ?? null,
            last_error: here.lastError === undefined ? null : errorOf(here.lastError),
          },
  };
}

function errorOf({ code, message, at }: { code: string; message: string; at: number }) {
  return { code, message, at: iso(at) };
}

function circuitOf(circuit: CircuitRow): z.infer<typeof Circuit> {
  switch (circuit.status) {
    case 'closed':
      return circuit;
    case 'open':
      return { status: 'open', since: iso(circuit.since), until: iso(circuit.until) };
    case 'half_open':
      return { status: 'half_open', until: iso(circuit.until), probe: probeOf(circuit.probe) };
    default:
      return circuit satisfies never;
  }
}

function probeOf({ execution, task, item }: Claim) {
  return { execution_id: execution, task, item: item ?? null };
}
