/** Somebody answers what a task asks. */
import { assert } from '../../../errors.ts';
import type { Json } from '../../../json.ts';
import type { WaitFor } from '../../../plan/definition.ts';
import { didNotFit } from '../../../plan/expression.ts';
import { accept, type Decision, NO_EVENTS, type Rejected, reject, type View } from '../../law.ts';
import type { AnswerCommand } from '../commands.ts';
import type { ExecutionEvent } from '../events.ts';
import { attemptOf, labelOf } from '../lookup.ts';
import type { ExecutionState } from '../state.ts';
import { addressed } from './addressed.ts';
import { chosen } from './choice.ts';
import { itemFails } from './failure.ts';
import { waitFor } from './waiting.ts';

export function answerPerson(state: View<ExecutionState>, command: AnswerCommand): Decision<ExecutionEvent> {
  const { decision, output, reason, id, by } = command;
  // The same answer again is answered as it was the first time.
  if (state.mail.ids.has(id)) return NO_EVENTS;
  const found = addressed(state, command);
  if (found.kind === 'rejected') return found;
  const { item } = found;
  if (item?.status.kind !== 'waiting' || item.status.on.kind !== 'approval') {
    const what = item === undefined ? command.task : labelOf(state, item);
    const how = item === undefined ? found.task.status : item.status.kind;
    return reject('not_asked', `${what} asks nobody now: it is ${how}`);
  }
  const wait = waitFor(state, item);
  assert(wait.kind === 'approval', 'only an approval asks somebody');
  const label = labelOf(state, item);
  const answer = output ?? { approved: true, by };
  const refused = refusal(wait, label, command, answer);
  if (refused !== undefined) return refused;
  const at = attemptOf(state, item);
  const why = reason === undefined ? {} : { reason };
  const answered: ExecutionEvent = { type: 'human.answered', ...at, decision, id, by, ...why };
  if (decision === 'rejected') {
    const message = `${by} rejected it${reason === undefined ? '' : `: ${reason}`}`;
    const failure = itemFails(state, item, { code: 'rejected', message, retry: 'never' });
    return accept([answered, ...failure, ...chosen(state, item.task)]);
  }
  return accept([answered, { type: 'task.completed', ...at, output: answer }, ...chosen(state, item.task)]);
}

/** Whoever may not answer learns nothing of what would fit. A no need not fit anything. */
function refusal(
  { answeredBy, schema }: View<Extract<WaitFor, { readonly kind: 'approval' }>>,
  label: string,
  { by, decision, output }: AnswerCommand,
  answer: Json,
): Rejected | undefined {
  if (answeredBy?.includes(by) === false) {
    const message = `${by} may not answer what ${label} asks; it is for ${answeredBy.join(' or ')}`;
    return reject('not_entitled', message);
  }
  if (decision === 'rejected' || schema === undefined) return undefined;
  if (output === undefined)
    return reject('input_invalid', `${label} wants an answer that fits its schema: give an output`);
  const misfit = didNotFit(schema, answer);
  if (misfit === undefined) return undefined;
  return reject('input_invalid', `the answer does not fit the schema of ${label}: ${misfit}`);
}
