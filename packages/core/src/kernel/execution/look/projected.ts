/**
 * What happened between agents, as whoever follows a run hears of it: `agent.delegated`, `agent.voted` and their like.
 * They are projections of what a pattern said, never stored beside it, and so have its sequence.
 */
import type { Json, JsonObject } from '../../../json.ts';
import type { Fact } from '../../../patterns/pattern.ts';
import type { PublishedEvent } from './published.ts';

/**
 * Of an event as `publish` gives it; none for most. Each has `agent_id`, who did it or whom it was given to, `task_id`,
 * `turn`, after which it happened, where there is one, and the fields of its fact. O(facts).
 */
export function projected({ event, facts, turn, task_id, ...at }: PublishedEvent): readonly PublishedEvent[] {
  if (event !== 'pattern.reacted' || facts === undefined) return [];
  return (facts as unknown as readonly Fact[]).map((fact) => ({
    event: `agent.${fact.fact}`,
    workflow_id: at.workflow_id,
    execution_id: at.execution_id,
    sequence: at.sequence,
    timestamp: at.timestamp,
    actor: at.actor,
    task_id: task_id as Json,
    ...(turn === undefined ? {} : { turn }),
    ...fieldsOf(fact),
  }));
}

function fieldsOf(fact: Fact): JsonObject {
  if (fact.fact === 'awarded') return { agent_id: fact.to, work: fact.work };
  const { fact: _, by, ...fields } = fact;
  return { agent_id: by, ...fields };
}
