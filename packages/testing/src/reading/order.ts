/** A task begins when its join has fired, and is skipped when it can not fire any more; not before, and not else. */
import { endsBefore, type Life, type Story } from './lives.ts';
import { isMet, type TaskRules } from './rules.ts';
import { verdictOf } from './verdict.ts';

export function* order(story: Story): Iterable<string> {
  yield* story.misfits;
  for (const rules of story.rules.values()) {
    for (const life of story.lives.get(rules.id) ?? []) {
      // A condition that held is not asked again when a failure leads back to its task.
      if (life.isByHand || (life.isTarget && rules.join.kind === 'when')) continue;
      yield* beginning(story, rules, life);
      yield* skipping(story, rules, life);
      yield* waiting(story, rules, life);
      if (rules.join.kind === 'when') yield* asking(story, rules, life);
    }
  }
}

function* beginning(story: Story, rules: TaskRules, { begun }: Life): Iterable<string> {
  if (begun === undefined) return;
  const verdict = verdictOf(rules, endsBefore(story, begun));
  if (verdict !== 'fires' && verdict !== 'unknown')
    yield `${rules.id} began with event ${begun}, and its join ${verdict}`;
}

function* skipping(story: Story, rules: TaskRules, { ended, isUnheard }: Life): Iterable<string> {
  if (ended?.how !== 'skipped') return;
  const { sequence, dependency } = ended;
  const ends = endsBefore(story, sequence);
  const verdict = verdictOf(rules, ends);
  if (verdict === 'unknown') return;
  if (isUnheard && verdict === 'fires') return;
  if (dependency === undefined) {
    const isRefused = verdict === 'is dead' && rules.join.kind === 'when';
    const isUnwanted = verdict === 'fires' && rules.isWanted !== true;
    if (!isRefused && !isUnwanted) yield `${rules.id} was skipped with event ${sequence} for no reason`;
    return;
  }
  if (verdict !== 'is dead')
    yield `${rules.id} was skipped with event ${sequence} because of ${dependency}, and its join ${verdict}`;
  const edge = rules.edges.find(({ task }) => task === dependency);
  const end = ends.get(dependency);
  if (edge === undefined || end === undefined || isMet(edge, end))
    yield `${rules.id} was skipped with event ${sequence} because of ${dependency}, which is not to blame`;
}

/** A join says that it has to wait when it was asked, and it is asked when something has ended. */
function* waiting(story: Story, rules: TaskRules, { awaited }: Life): Iterable<string> {
  let asked: string | undefined;
  for (const sequence of awaited) {
    const ends = endsBefore(story, sequence);
    const verdict = verdictOf(rules, ends);
    if (verdict !== 'waits' && verdict !== 'unknown')
      yield `${rules.id} was to wait with event ${sequence}, and its join ${verdict}`;
    const known = String(rules.edges.map(({ task }) => ends.get(task)));
    if (known === asked) yield `the join of ${rules.id} was asked with event ${sequence} for no reason`;
    asked = known;
  }
}

/** It is asked each time that a dependency ends, before anybody is handed anything. */
function* asking({ lives, log }: Story, { id, edges }: TaskRules, life: Life): Iterable<string> {
  const again = lives.get(id)?.find(({ since }) => since > life.since)?.since;
  const over = Math.min(life.begun ?? Infinity, life.ended?.sequence ?? Infinity, again ?? Infinity);
  const answers = [...life.awaited, over];
  const ends = edges.flatMap(({ task }) =>
    (lives.get(task) ?? []).flatMap(({ ended }) => ended?.sequence ?? []),
  );
  for (const end of ends) {
    if (end < life.since || end >= over) continue;
    // What is undone is handed out after the end, when no join is asked any more.
    const next = log.find(
      ({ event, sequence }) =>
        sequence > end && event.type === 'agent.task_assigned' && event.deed === undefined,
    );
    if (next !== undefined && !answers.some((answer) => answer > end && answer <= next.sequence))
      yield `the join of ${id} was not asked when a dependency had ended with event ${end}`;
  }
}
