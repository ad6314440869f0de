/** What tasks that need no seat wait for, in words. */
import { noRule } from '../../../../errors.ts';
import { taskLabel } from '../../../../ids.ts';
import { nth } from '../../../../nth.ts';
import type { Instant } from '../../../../ports/clock.ts';
import { duration, inTime, iso, listing, typed } from '../../../../text.ts';
import type { View } from '../../../law.ts';
import { admissionOf, nameOf, resourceWords } from '../../../resource/ids.ts';
import type { WaitsOn } from '../../events.ts';
import { labelOf, planTask, statusOf } from '../../lookup.ts';
import type { ExecutionState, Item, ItemStatus, Task } from '../../state.ts';
import type { Cause, CauseCode } from './cause.ts';
import { whyTeam } from './team.ts';

type Waiting = Extract<ItemStatus, { readonly kind: 'waiting' }>;

export function whyWaiting(state: View<ExecutionState>, item: View<Item>, now: Instant): Cause {
  const subject = labelOf(state, item);
  const status = statusOf(item, 'waiting');
  if (status.on.kind === 'team') return whyTeam(state, item, now);
  const { until, workflowId } = status;
  const command = remedy(state, taskLabel(planTask(state, item).id, item.index), status.on);
  return {
    subject,
    code: CODES[status.on.kind],
    sentence: `${subject} waits ${waitWords(status, now)}${command === undefined ? '' : `; ${command} ${DOES[status.on.kind]}`}.`,
    waits_for: waitsFor(status.on, command),
    ...(workflowId === undefined ? {} : { admission: admissionOf(workflowId) }),
    ...(until === undefined ? {} : { until }),
  };
}

const CODES: Readonly<Record<WaitsOn['kind'], CauseCode>> = {
  timer: 'waits_for_timer',
  team: 'waits_for_team',
  child: 'waits_for_child',
  signal: 'waits_for_signal',
  approval: 'waits_for_person',
};

/** What the command does that whoever reads it can give. */
const DOES: Readonly<Record<WaitsOn['kind'], string>> = {
  timer: '',
  team: '',
  child: '',
  signal: 'sends it',
  approval: 'answers',
};

/** `until 2030-01-31T18:00:00.000Z, in 5 min`: what stands behind "waits". */
export function waitWords({ on, until, workflowId }: View<Waiting>, now: Instant): string {
  switch (on.kind) {
    case 'timer':
      return `until ${iso(until as Instant)}, ${inTime(until as Instant, now)}`;
    case 'team':
      return 'for its team';
    case 'child': {
      const begun = workflowId === undefined ? ', which is about to start' : '';
      return `for execution ${on.execution} (workflow ${on.workflow})${begun}${limit(until, now)}`;
    }
    case 'signal':
      return `for the signal ${on.signal}${on.key === undefined ? '' : ` under ${resourceWords(on.key)}`}${limit(until, now)}`;
    case 'approval':
      return `for ${on.of ?? 'somebody'} to answer ${JSON.stringify(on.prompt)}${limit(until, now)}`;
    default:
      throw noRule('wait', on);
  }
}

function waitsFor(on: View<WaitsOn>, command: string | undefined): readonly string[] {
  if (on.kind === 'child') return [on.execution];
  return command === undefined ? [] : [command];
}

function limit(until: Instant | undefined, now: Instant): string {
  if (until === undefined) return '';
  return until <= now ? ', and its time is up' : `, for another ${duration(until - now)} at the longest`;
}

/** What whoever reads it can do about it. */
function remedy(
  { executionId, plan }: View<ExecutionState>,
  place: string,
  on: View<WaitsOn>,
): string | undefined {
  switch (on.kind) {
    case 'timer':
    case 'child':
    case 'team':
      return undefined;
    case 'signal': {
      const data = plan.signals.get(on.signal)?.schema === undefined ? '' : " '{…}'";
      const whom = on.key === undefined ? executionId : `--key ${nameOf(on.key)}`;
      return `cantata signal ${whom} ${on.signal}${data}`;
    }
    case 'approval':
      return `cantata approve ${executionId} ${typed(place)}`;
    default:
      throw noRule('wait', on);
  }
}

/** A task that needs an event before it opens. */
export function whyListening(state: View<ExecutionState>, task: View<Task>, now: Instant): Cause {
  const { id, definition } = nth(state.plan.tasks, task.index);
  const { topic, when, isSkipped } = definition.on as NonNullable<typeof definition.on>;
  const until = task.listensUntil;
  const wanted = when === undefined ? '' : ` for which ${when.source} is true`;
  const otherwise = isSkipped && until === undefined ? '; it is skipped if nothing else is left to do' : '';
  const command = `cantata publish ${state.executionId} ${topic}`;
  return {
    subject: id,
    code: 'waits_for_event',
    sentence: `${id} waits for an event on ${topic}${wanted}${limit(until, now)}${otherwise}; ${command} publishes one.`,
    waits_for: [command],
    ...(until === undefined ? {} : { until }),
  };
}

/** Nothing runs: the execution waits for what ends first, by what is known. */
export function whyAllWait(state: View<ExecutionState>, now: Instant): Cause | undefined {
  const causes = [
    ...Array.from(state.waiting, (item) => whyWaiting(state, item, now)),
    ...Array.from(state.listening, (task) => whyListening(state, task, now)),
  ];
  const [first, ...others] = causes.toSorted((a, b) => endOf(a) - endOf(b));
  if (first === undefined) return undefined;
  const { sentence, ...cause } = first;
  const labels = others.map(({ subject }) => subject);
  const verb = others.length === 1 ? 'does' : 'do';
  const more = others.length === 0 ? '' : ` So ${verb} ${listing(labels)}.`;
  return {
    ...cause,
    subject: 'execution',
    sentence: `It waits: ${sentence}${more}`,
    waits_for: [cause.subject, ...labels.slice(0, MAX_LISTED)],
  };
}

const MAX_LISTED = 99;

/** What a team waits for is said better by those of it that wait. */
function endOf({
  code,
  until = code === 'waits_for_team' ? Number.POSITIVE_INFINITY : Number.MAX_VALUE,
}: Cause): Instant {
  return until;
}
