import {
  encodeExecution,
  encodeResource,
  executionLaw,
  type Json,
  newResource,
  resourceLaw,
  restoreExecution,
  restoreResource,
  versionOfSnapshot,
  violations,
} from '@cantata/core';
import { type FinishedExecution, type FinishedResource, unbegun } from '../finished.ts';
import type { Invariant } from './invariant.ts';

export const folds: Invariant = {
  name: 'folds',
  says: 'The row, the snapshot and the log of an entity say the same.',
  *check({ executions, resources }) {
    for (const execution of executions) yield* checkExecution(execution);
    for (const resource of resources) yield* checkResource(resource);
  },
};

function* checkExecution(execution: FinishedExecution): Iterable<string> {
  const { id, workflow, versions, row, log, snapshot } = execution;
  const state = unbegun(execution);
  for (const { event, at } of log) executionLaw.evolve(state, event, at);
  for (const broken of violations(state)) yield `${id}: ${broken}`;
  if (state.sequence !== row.sequence || state.status.kind !== row.status) {
    yield `${id}: its row says ${row.status} at ${row.sequence}, its log ${state.status.kind} at ${state.sequence}`;
  }
  if (snapshot === undefined) return;
  const encoded = JSON.parse(snapshot.state) as Json;
  const digest = versionOfSnapshot(encoded);
  const { plan } = versions.find(({ version }) => version.digest === digest) ?? versions[0] ?? workflow;
  const restored = restoreExecution(id, plan, encoded);
  restored.versions = state.versions;
  for (const { event, at } of log.slice(snapshot.sequence)) executionLaw.evolve(restored, event, at);
  if (JSON.stringify(encodeExecution(restored)) !== JSON.stringify(encodeExecution(state))) {
    yield `${id}: its snapshot at ${snapshot.sequence} leads to another state than its log`;
  }
}

function* checkResource({ id, log, snapshot }: FinishedResource): Iterable<string> {
  if (snapshot === undefined) return;
  const state = newResource(id);
  for (const { event, at } of log) resourceLaw.evolve(state, event, at);
  const restored = restoreResource(id, JSON.parse(snapshot.state) as Json);
  for (const { event, at } of log.slice(snapshot.sequence)) resourceLaw.evolve(restored, event, at);
  if (JSON.stringify(encodeResource(restored)) !== JSON.stringify(encodeResource(state))) {
    yield `${id}: its snapshot at ${snapshot.sequence} leads to another state than its log`;
  }
}
