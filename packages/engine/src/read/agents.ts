/**
 * How the agents of each type are doing: whether somebody is bound to it, what its circuit breaker says, and, of the
 * process that asks, how its attempts ended. Never writes.
 */
import {
  type AgentDirectory,
  type BreakerState,
  type Claim,
  type Instant,
  type Store,
  sharedOf,
} from '@cantata/core';
import type { AgentsOf, Outcomes } from '../agents/health.ts';
import type { Loader } from '../shell/loader.ts';
import type { Plans } from '../shell/plans.ts';

export interface AgentTypeRow {
  readonly agentType: string;
  /** Whether code is bound to it; undefined where the directory is not at hand. */
  readonly bound: boolean | undefined;
  readonly circuit: CircuitRow;
  /** Items of executions that wait until they are let through. */
  readonly waiting: number;
  /** Of this process since its start; undefined where it makes no attempts. */
  readonly here: AgentsHere | undefined;
}

export type CircuitRow =
  /** `failures` in a row, up to now. */
  | { readonly status: 'closed'; readonly failures: number }
  /** After `until` the next attempt tries the agents. */
  | { readonly status: 'open'; readonly since: Instant; readonly until: Instant }
  /** `probe` tries them for all, and has until then. */
  | { readonly status: 'half_open'; readonly until: Instant; readonly probe: Claim };

export interface AgentsHere extends Outcomes {
  readonly running: number;
}

/** What an engine knows of the attempts it makes. */
export interface LocalAgents {
  readonly types: (tenant: string) => Iterable<string>;
  readonly of: (agents: AgentsOf) => AgentsHere;
}

export interface AgentsParts {
  readonly store: Store;
  readonly plans: Plans;
  readonly agents?: AgentDirectory;
  readonly localAgents?: LocalAgents;
}

/**
 * The types of the newest version of each workflow of a tenant and those this process has met for it, by name.
 * O(workflows + types).
 */
export async function readAgents(
  parts: AgentsParts,
  loader: Loader,
  tenant: string,
): Promise<readonly AgentTypeRow[]> {
  const { agents, localAgents } = parts;
  const types = new Set([...(await typesIn(parts, tenant)), ...(localAgents?.types(tenant) ?? [])]);
  const rows: AgentTypeRow[] = [];
  for (const agentType of [...types].toSorted()) {
    const entity = await loader.load(sharedOf('breaker', tenant, agentType));
    const breaker = entity?.state as BreakerState;
    rows.push({
      agentType,
      bound: agents === undefined ? undefined : agents.find(agentType) !== undefined,
      circuit: circuitOf(breaker),
      waiting: breaker.waiting.size,
      here: localAgents?.of({ tenant, agentType }),
    });
  }
  return rows;
}

/** Versions are listed by name, the newest last. One that cannot be read by this release is passed over. */
async function typesIn({ store, plans }: AgentsParts, tenant: string): Promise<readonly string[]> {
  const newest = new Map((await store.workflows.list(tenant)).map(({ name, digest }) => [name, digest]));
  const found = await Promise.all(
    Array.from(newest.values(), (digest) => plans.get(digest).catch(() => undefined)),
  );
  return found.flatMap((plan) => plan?.groups.map(({ definition }) => definition.type) ?? []);
}

function circuitOf({ status }: BreakerState): CircuitRow {
  switch (status.kind) {
    case 'closed':
      return { status: 'closed', failures: status.failures };
    case 'open':
      return { status: 'open', since: status.since, until: status.until };
    case 'half_open':
      return { status: 'half_open', until: status.until, probe: status.probe };
    default:
      return status satisfies never;
  }
}
