/** What the actions of a rule are for the kernel. A value that does not fit is an error that says which. */
import type { Json } from '../json.ts';
import { listing } from '../text.ts';
import type { Calculated } from './calculated.ts';
import type { AskSomebody, Fact, Move, PatternView, TakeTurn } from './pattern.ts';
import type { RuleScope } from './rule-scope.ts';
import {
  isAList,
  MAX_MOVES,
  type RuleAction,
  type RuleFact,
  RuleFailed,
  type RuleQuestion,
  type RuleTurn,
} from './rules.ts';

/** @throws RuleFailed, CantataError `expression_failed` */
export function movesOf(
  actions: readonly RuleAction[],
  view: PatternView,
  scope: RuleScope,
): readonly Move[] {
  const moves = actions.flatMap((action) => moveOf(action, view, scope));
  if (moves.length <= MAX_MOVES) return moves;
  throw new RuleFailed(`a rule asks for ${moves.length} moves at once; at most ${MAX_MOVES} are allowed`);
}

function moveOf(action: RuleAction, view: PatternView, scope: RuleScope): readonly Move[] {
  switch (action.do) {
    case 'turn':
      return each(action.forEach, scope, () => turn(action, view, scope));
    case 'stop':
      return stopped(action.turns.evaluate(scope), view, action.reason);
    case 'set_timer': {
      const seconds = secondsOf(action.seconds, scope, `the time of ${action.name}`);
      return [{ move: 'set_timer', name: action.name, afterMs: seconds * 1_000 }];
    }
    case 'clear_timer':
      return [{ move: 'clear_timer', name: action.name }];
    case 'ask_person':
      return [question(action, scope)];
    case 'fact':
      return [];
    case 'finish': {
      const output = action.output.evaluate(scope);
      return [{ move: 'finish', output, ...stopReason(action.stopReason, scope) }];
    }
    case 'finish_with': {
      const n = numberOf(action.turn.evaluate(scope), view, 'completed');
      return [{ move: 'finish_with', turn: n, ...stopReason(action.stopReason, scope) }];
    }
    default: {
      const message = textOf(action.message, scope, 'the message');
      return [{ move: 'fail', error: { code: textOf(action.code, scope, 'the code'), message } }];
    }
  }
}

export function factsOf(actions: readonly RuleAction[], scope: RuleScope): readonly Fact[] {
  const facts = actions
    .filter((action) => action.do === 'fact')
    .flatMap((action) => each(action.forEach, scope, () => fact(action, scope)));
  if (facts.length <= MAX_MOVES) return facts;
  throw new RuleFailed(`a rule says ${facts.length} facts at once; at most ${MAX_MOVES} are allowed`);
}

function fact({ fact: kind, fields }: RuleFact, scope: RuleScope): Fact {
  const values = fields.map(([name, value]): [string, Json] => [name, value.evaluate(scope)]);
  for (const [name, value] of values)
    if (typeof value !== (name === 'cost' ? 'number' : 'string'))
      throw new RuleFailed(`\`${name}\` of the fact ${kind} is ${brief(value)}`);
  return { fact: kind, ...Object.fromEntries(values) } as unknown as Fact;
}

/** Once, or for every element of a list. */
function each<T>(list: Calculated | undefined, scope: RuleScope, make: () => T): readonly T[] {
  if (list === undefined) return [make()];
  const items = list.evaluate(scope);
  isAList(items, '`for_each`');
  const made = items.map((item, index) => {
    scope.item = item;
    scope.index = index;
    return make();
  });
  scope.item = null;
  scope.index = null;
  return made;
}

function turn(action: RuleTurn, view: PatternView, scope: RuleScope): TakeTurn {
  const to = textOf(action.to, scope, '`to`');
  const { members, byName } = view.setup.team;
  if (!byName.has(to))
    throw new RuleFailed(
      `a turn is for ${to}, who is not of the team; there are ${listing(members.map(({ name }) => name))}`,
    );
  const { purpose, context, timeoutSeconds } = action;
  const input = action.input?.evaluate(scope);
  const results = action.results?.evaluate(scope);
  return {
    move: 'turn',
    to,
    purpose,
    ...(input === undefined ? {} : { input }),
    ...(results === undefined ? {} : { results: over(results, view) }),
    ...(context === undefined ? {} : { context }),
    ...(timeoutSeconds === undefined
      ? {}
      : { timeoutMs: secondsOf(timeoutSeconds, scope, 'the timeout of a turn') * 1_000 }),
  };
}

function question(action: RuleQuestion, scope: RuleScope): AskSomebody {
  const { purpose, prompt, of, timeoutSeconds, otherwise } = action;
  return {
    move: 'ask_person',
    purpose,
    prompt: textOf(prompt, scope, 'the prompt'),
    ...(of === undefined ? {} : { of: textOf(of, scope, '`of`') }),
    ...(timeoutSeconds === undefined
      ? {}
      : { timeoutMs: secondsOf(timeoutSeconds, scope, 'the timeout of a question') * 1_000 }),
    ...(otherwise === undefined ? {} : { otherwise: otherwise.evaluate(scope) }),
  };
}

function over(value: Json, view: PatternView): readonly number[] {
  isAList(value, '`results`');
  return value.map((n) => numberOf(n, view));
}

function stopped(value: Json, view: PatternView, reason: string): readonly Move[] {
  isAList(value, '`stop`');
  return value.map((n) => ({ move: 'stop_turn', turn: numberOf(n, view, 'open'), reason }));
}

/** Of a turn that is so; of any that is over, unless given. */
function numberOf(value: Json, view: PatternView, status?: 'open' | 'completed'): number {
  const isThere = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= view.turns;
  if (!isThere) throw new RuleFailed(`${brief(value)} is no turn; there are ${view.turns}`);
  const is = view.turn(value).status;
  const fits = status === undefined ? is !== 'open' : is === status;
  if (!fits) throw new RuleFailed(`turn ${value} is ${is}, and should be ${status ?? 'over'}`);
  return value;
}

function secondsOf(value: Calculated, scope: RuleScope, what: string): number {
  const seconds = value.evaluate(scope);
  if (typeof seconds === 'number' && seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS) return seconds;
  throw new RuleFailed(`${what} is ${brief(seconds)}; it may be ${LEAST_SECONDS} to ${MOST_SECONDS} seconds`);
}

const LEAST_SECONDS = 0.001;
const MOST_SECONDS = 365 * 86_400;

function textOf(value: Calculated, scope: RuleScope, what: string): string {
  const text = value.evaluate(scope);
  if (typeof text === 'string' && text !== '') return text;
  throw new RuleFailed(`${what} should be text, and is ${brief(text)}`);
}

function stopReason(value: Calculated | undefined, scope: RuleScope): { readonly stopReason?: string } {
  return value === undefined ? {} : { stopReason: textOf(value, scope, '`stop_reason`') };
}

function brief(value: Json): string {
  return JSON.stringify(value).slice(0, 100);
}
