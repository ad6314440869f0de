/**
 * Makes a pattern of rules: of those whose trigger and condition hold the first is applied, and nothing else happens. No
 * rule calls another, expressions have no loops, and a reaction has at most MAX_MOVES moves: each one ends. That a run
 * ends follows from that, and from the limits that the kernel counts.
 */
import { CantataError } from '../errors.ts';
import { checkJson, type Json, type JsonObject, jsonProblemWords } from '../json.ts';
import { ValuesMissing } from '../kernel/values.ts';
import type { Calculated } from './calculated.ts';
import {
  type Answer,
  MAX_PATTERN_DEPTH,
  type Move,
  type Pattern,
  type PatternProblem,
  type PatternTrigger,
  type PatternView,
  type Reaction,
  type Setup,
  type Turn,
} from './pattern.ts';
import { factsOf, movesOf } from './rule-actions.ts';
import { RuleScope } from './rule-scope.ts';
import { type PatternRules, type Rule, RuleFailed, type RuleTrigger } from './rules.ts';

export function declarative(pattern: PatternRules): Pattern {
  const { name, version, summary, roles, options, limits, asks, state, refusals, shows } = pattern;
  return {
    name,
    version,
    summary,
    roles,
    options,
    limits,
    asks,
    validate: (setup) => foretold(pattern, setup),
    initial: () => state,
    whyNot: (view, answer) => whyNot(refusals, view, answer),
    react: (view, trigger) => react(pattern, view, trigger),
    ...(shows === undefined ? {} : { shows: (view, turn) => shownBy(shows, new RuleScope(view, { turn })) }),
  };
}

/** That it would fail at its first step, whatever it is given: known before anything runs. */
function foretold(pattern: PatternRules, setup: Setup): readonly PatternProblem[] {
  try {
    const { moves = [] } = react(pattern, unbegun(setup, pattern.state), { kind: 'started' });
    return moves.flatMap((move) => (move.move === 'fail' ? [{ path: [], message: move.error.message }] : []));
  } catch (error) {
    // It depends on what it is given, or is broken, which a run says with the rule and its values.
    if (error instanceof ValuesMissing || error instanceof RuleFailed) return [];
    failureOf(error);
    return [];
  }
}

/** All that is known of a run before it is there. */
function unbegun(setup: Setup, state: JsonObject): PatternView {
  const unknown = (): never => {
    throw new ValuesMissing([]);
  };
  return {
    setup,
    state,
    get input() {
      return unknown();
    },
    now: 0,
    turns: 0,
    open: 0,
    opener: undefined,
    turn: unknown,
    output: unknown,
    asks: unknown,
  };
}

/** Whoever takes the turn is told what could not be shown: it may do without. */
function shownBy(shows: Calculated, scope: RuleScope): JsonObject {
  try {
    const value = shows.evaluate(scope);
    return isObject(value) ? value : { shown: value };
  } catch (error) {
    return { error: failureOf(error).message };
  }
}

function whyNot(refusals: PatternRules['refusals'], view: PatternView, answer: Answer): string | undefined {
  const scope = new RuleScope(view, answer);
  try {
    const refusal = refusals.find(({ when }) => when.evaluate(scope));
    return refusal === undefined ? undefined : textOf(refusal.message.evaluate(scope));
  } catch (error) {
    return failureOf(error).message;
  }
}

function react({ rules, name }: PatternRules, view: PatternView, given: PatternTrigger): Reaction {
  // What it takes over from another pattern it begins anew.
  const trigger: PatternTrigger = given.kind === 'adopted' ? { kind: 'started' } : given;
  const scope = RuleScope.of(view, trigger);
  const rule = rules.find((one) => isOn(one.on, trigger) && holds(one, scope));
  return rule === undefined ? unheard(name, trigger) : applied(rule, view, scope, trigger);
}

function holds({ where, when }: Rule, scope: RuleScope): boolean {
  scope.where = {};
  for (const { name, value, isForWhen } of where) if (isForWhen) scope.where[name] = value.evaluate(scope);
  return when?.evaluate(scope) ?? true;
}

/** What there is no value for is said to whoever asked; everything else is none of the pattern. */
function failureOf(error: unknown): CantataError {
  if (error instanceof CantataError && error.code === 'expression_failed') return error;
  throw error;
}

function isOn(on: RuleTrigger, trigger: PatternTrigger): boolean {
  switch (on.kind) {
    case 'completed':
    case 'failed':
      return trigger.kind === on.kind && (on.purpose ?? trigger.turn.purpose) === trigger.turn.purpose;
    case 'ended':
      return (
        (trigger.kind === 'completed' || trigger.kind === 'failed') &&
        (on.purpose ?? trigger.turn.purpose) === trigger.turn.purpose
      );
    case 'timer':
      return trigger.kind === 'timer' && (on.name ?? trigger.name) === trigger.name;
    default:
      return trigger.kind === on.kind;
  }
}

/** A failure that no rule is on is the failure of the whole. */
function unheard(name: string, trigger: PatternTrigger): Reaction {
  if (trigger.kind !== 'failed') return { reason: `no rule of ${name} is on ${words(trigger)}` };
  return { reason: `${by(trigger.turn)} failed`, moves: [{ move: 'fail', error: trigger.error }] };
}

function applied(rule: Rule, view: PatternView, scope: RuleScope, trigger: PatternTrigger): Reaction {
  for (const { name, value, isForWhen } of rule.where)
    if (!isForWhen) scope.where[name] = value.evaluate(scope);
  const change = rule.set === undefined ? undefined : changeOf(rule.set.evaluate(scope));
  const moves = movesOf(rule.actions, view, scope);
  const facts = factsOf(rule.actions, scope);
  const isQuiet = trigger.kind === 'idle' || trigger.kind === 'timer';
  const goesOn = moves.some(isAhead);
  // Nobody is at work: what nothing comes of would be asked for again and again.
  const isVain = trigger.kind === 'idle' && !goesOn && !moves.some(({ move }) => move === 'set_timer');
  const reason = rule.because === undefined ? words(trigger) : textOf(rule.because.evaluate(scope));
  const problem = checkJson({ reason, moves, facts }, SAID_LIMITS);
  if (problem !== undefined) throw new RuleFailed(jsonProblemWords('what the rule says', problem));
  return {
    reason,
    moves: isVain ? [] : moves,
    facts,
    // Whatever the rule says of it: timers that only set each other would go on until the wall time.
    progress: rule.progress !== false && (!isQuiet || goesOn),
    ...(change === undefined ? {} : { change }),
    ...(rule.mark === undefined ? {} : { mark: textOf(rule.mark.evaluate(scope)).slice(0, MAX_MARK) }),
  };
}

/**
 * Of the reason, all moves and all facts of one reaction, which are recorded whole: inputs that repeat what was said would
 * grow without end.
 */
const SAID_LIMITS = { maxBytes: 8 * 1_048_576, maxDepth: MAX_PATTERN_DEPTH } as const;

/** Characters of what tells one step from another. */
const MAX_MARK = 1_000;

/** Of timers alone that set each other a team gets no further. */
function isAhead({ move }: Move): boolean {
  return move !== 'stop_turn' && move !== 'set_timer' && move !== 'clear_timer';
}

/** @throws RuleFailed for what is no change */
function changeOf(value: Json): JsonObject {
  if (isObject(value)) return value;
  throw new RuleFailed('`set` should be a mapping of the state');
}

function words(trigger: PatternTrigger): string {
  switch (trigger.kind) {
    case 'completed':
      return `${by(trigger.turn)} is done: ${trigger.turn.purpose}`;
    case 'failed':
      return `${by(trigger.turn)} failed: ${trigger.turn.purpose}`;
    case 'timer':
      return `the time of ${trigger.name} has come`;
    case 'idle':
      return 'nobody is at work';
    default:
      return 'the task is ready';
  }
}

function by({ seat, to }: Turn): string {
  return seat ?? to;
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
