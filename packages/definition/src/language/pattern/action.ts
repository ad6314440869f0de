/** `do:` of a rule: what follows. */
import { CONTEXT_POLICIES, type Fact, type RuleAction } from '@cantata/core';
import { defineTemplate, type TemplateDraft, templateOf } from '../../expressions/template.ts';
import { dottedName } from '../../shape/names.ts';
import { type Draft, object, optional, required } from '../../shape/object.ts';
import type { Reader } from '../../shape/reader.ts';
import { oneOf, text } from '../../shape/scalars.ts';
import { enumerate, quote } from '../../shape/words.ts';
import { certain } from '../certain.ts';

export const computed: Reader<TemplateDraft> = templateOf('pattern');

const TURN = {
  for_each: optional(
    computed,
    'A list: a turn for each element, which is `item`, at place `index`. Default: one.',
  ),
  to: required(computed, 'The agent group or seat that takes it.'),
  purpose: required(dottedName, 'What it is for; rules are on turns by it.'),
  input: optional(computed, 'What it works on. Default: what the task works on.'),
  results: optional(computed, 'Numbers of turns that are over, whose results it is to go by.'),
  context: optional(oneOf(CONTEXT_POLICIES), 'Which of the turns before it is shown. Default: none.'),
  timeout: optional(computed, 'Seconds it may take. Default: that of the task.'),
};

const STOP = {
  turns: required(computed, 'Numbers of turns that are under way.'),
  because: optional(text, 'Why, for people.'),
};

const TIMER = {
  name: required(dottedName, 'Rules are on a timer by it. The same name again sets it anew.'),
  after: required(computed, 'Seconds from now.'),
};

const END = {
  output: optional(computed, 'The result.'),
  turn: optional(computed, 'Or the number of the turn whose output is the result.'),
  stop_reason: optional(computed, 'Why it ends, where that is not the word of an agent.'),
};

const ASKING = {
  purpose: required(dottedName, 'Rules are on the answer by it, as on a turn.'),
  prompt: required(computed, 'What the person is asked.'),
  of: optional(computed, 'Whom to ask, for people.'),
  timeout: optional(computed, 'Seconds after which `otherwise` is the answer.'),
  otherwise: optional(computed, 'The answer, if nobody gives one in time; without it, the asking fails.'),
};

const FAIL = {
  code: required(computed, 'The code of the error, for rules and retry policies.'),
  message: required(computed, 'What went wrong, for people.'),
};

/** Which fields a fact has, those without `?` always. */
const FACTS: Readonly<Record<Fact['fact'], readonly string[]>> = {
  delegated: ['by', 'to', 'reason?'],
  handed_off: ['by', 'to', 'reason?'],
  passed_over: ['by', 'to', 'ask'],
  message_sent: ['by', 'to?', 'topic?'],
  voted: ['by', 'choice', 'reason?'],
  claimed: ['by', 'work'],
  bid: ['by', 'work', 'cost'],
  awarded: ['to', 'work'],
  escalated: ['by', 'to', 'reason?'],
};

const FACT = {
  for_each: TURN.for_each,
  kind: required(oneOf(Object.keys(FACTS) as Fact['fact'][]), 'What happened between agents.'),
  by: optional(computed, 'Who did it.'),
  to: optional(computed, 'Whom it is about.'),
  ask: optional(computed, 'The kind of what was passed over: `hand_off`.'),
  choice: optional(computed, 'Of a vote.'),
  work: optional(computed, 'Of a claim, a bid or an award.'),
  cost: optional(computed, 'Of a bid, a number.'),
  topic: optional(computed, 'Of a message.'),
  reason: optional(computed, 'Why, for people.'),
};

const ACTION = {
  turn: optional(
    object({ name: 'a turn', fields: TURN, example: '`{to: writer, purpose: draft}`' }),
    'Somebody takes a turn.',
  ),
  stop: optional(object({ name: '`stop`', fields: STOP }), 'Turns under way are given up.'),
  set_timer: optional(
    object({ name: 'a timer', fields: TIMER, example: '`{name: patience, after: 60}`' }),
    'A time comes.',
  ),
  clear_timer: optional(dottedName, 'The timer of that name does not come any more.'),
  ask_person: optional(
    object({ name: 'a question', fields: ASKING, example: '`{purpose: approve, prompt: Is it good?}`' }),
    'A person is asked; that takes a number like a turn.',
  ),
  fact: optional(
    object({ name: 'a fact', fields: FACT, example: '`{kind: voted, by: ann, choice: yes}`' }),
    'What happened between agents, for whoever follows the run.',
  ),
  finish: optional(
    object({ name: '`finish`', fields: END, example: '`{output: "${output}"}`' }),
    'The result is final; what is under way is given up.',
  ),
  fail: optional(
    object({ name: '`fail`', fields: FAIL, example: '`{code: no_quorum, message: nobody agrees}`' }),
    'The task fails.',
  ),
};

export type ActionDraft = Draft<typeof ACTION>;

const KINDS = Object.keys(ACTION);
const mapping = object({
  name: 'an action',
  fields: ACTION,
  example: '`{turn: {to: writer, purpose: draft}}`',
});

export const action: Reader<ActionDraft> = {
  ...mapping,
  schema: { ...mapping.schema, minProperties: 1, maxProperties: 1 },
  read(value, at) {
    const draft = mapping.read(value, at);
    if (draft === undefined) return undefined;
    const given = KINDS.filter((kind) => kind in draft);
    if (given.length !== 1 && Object.keys(value as object).every((key) => KINDS.includes(key)))
      return at.report('rule_invalid', `${at.label} should be one action, and has ${given.length}`, {
        hint:
          given.length === 0 ? `an action is ${enumerate(KINDS, 'or')}` : 'write each as an entry of its own',
      });
    const { finish, fact } = draft;
    if (finish !== undefined && 'output' in finish === 'turn' in finish)
      at.child('finish').report('rule_invalid', 'the result is either an `output` or that of a `turn`', {
        hint: 'give one of the two',
      });
    if (fact?.kind !== undefined) {
      const fields = FACTS[fact.kind];
      const own = Object.keys(fact).filter((key) => key !== 'kind' && key !== 'for_each');
      for (const field of fields)
        if (!field.endsWith('?') && !own.includes(field))
          at.child('fact').report('rule_invalid', `the fact ${fact.kind} needs ${quote(field)}`);
      for (const field of own)
        if (!fields.includes(field) && !fields.includes(`${field}?`))
          at.down('fact', field).report('rule_invalid', `the fact ${fact.kind} has no ${quote(field)}`, {
            at: 'key',
          });
    }
    return draft;
  },
};

/** Every text of an action in which something is worked out; `isOfItem`, if it sees the element of a list. */
export function* templatesOf({
  turn,
  stop,
  set_timer: timer,
  finish,
  fail,
  fact,
  ask_person: asking,
}: ActionDraft): Iterable<{ readonly draft: TemplateDraft; readonly isOfItem: boolean }> {
  for (const part of [turn, fact]) {
    if (part?.for_each !== undefined) yield { draft: part.for_each, isOfItem: false };
    for (const [key, draft] of Object.entries(part ?? {}))
      if (key !== 'for_each' && isTemplate(draft)) yield { draft, isOfItem: part?.for_each !== undefined };
  }
  for (const part of [stop, timer, finish, fail, asking])
    for (const draft of Object.values(part ?? {})) if (isTemplate(draft)) yield { draft, isOfItem: false };
}

function isTemplate(value: unknown): value is TemplateDraft {
  return typeof value === 'object' && value !== null && 'placed' in value;
}

/** Of a draft without problems. */
export function defineAction(draft: ActionDraft, where: string): RuleAction {
  const {
    turn,
    stop,
    set_timer: timer,
    clear_timer: cleared,
    finish,
    fail,
    fact,
    ask_person: asking,
  } = draft;
  const make = (template: TemplateDraft | undefined, what: string) =>
    defineTemplate(certain(template), `${where}: \`${what}\``);
  const maybe = <Key extends string>(key: Key, template: TemplateDraft | undefined, what: string) =>
    (template === undefined ? {} : { [key]: make(template, what) }) as {
      readonly [K in Key]?: ReturnType<typeof make>;
    };
  if (turn !== undefined)
    return {
      do: 'turn',
      to: make(turn.to, 'to'),
      purpose: certain(turn.purpose),
      ...maybe('forEach', turn.for_each, 'for_each'),
      ...maybe('input', turn.input, 'input'),
      ...maybe('results', turn.results, 'results'),
      ...maybe('timeoutSeconds', turn.timeout, 'timeout'),
      ...(turn.context === undefined ? {} : { context: turn.context }),
    };
  if (stop !== undefined)
    return {
      do: 'stop',
      turns: make(stop.turns, 'turns'),
      reason: stop.because ?? 'it is not needed any more',
    };
  if (timer !== undefined)
    return { do: 'set_timer', name: certain(timer.name), seconds: make(timer.after, 'after') };
  if (cleared !== undefined) return { do: 'clear_timer', name: cleared };
  if (fail !== undefined)
    return { do: 'fail', code: make(fail.code, 'code'), message: make(fail.message, 'message') };
  if (asking !== undefined)
    return {
      do: 'ask_person',
      purpose: certain(asking.purpose),
      prompt: make(asking.prompt, 'prompt'),
      ...maybe('of', asking.of, 'of'),
      ...maybe('timeoutSeconds', asking.timeout, 'timeout'),
      ...maybe('otherwise', asking.otherwise, 'otherwise'),
    };
  if (fact !== undefined) {
    const { kind, for_each: each, ...rest } = fact;
    const fields = Object.entries(rest).map(([name, template]) => [name, make(template, name)] as const);
    return { do: 'fact', fact: certain(kind), fields, ...maybe('forEach', each, 'for_each') };
  }
  const { output, turn: n, stop_reason: why } = certain(finish);
  const stopReason = maybe('stopReason', why, 'stop_reason');
  return n === undefined
    ? { do: 'finish', output: make(output, 'output'), ...stopReason }
    : { do: 'finish_with', turn: make(n, 'turn'), ...stopReason };
}
