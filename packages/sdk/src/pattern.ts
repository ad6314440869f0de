/** Patterns in code: checked against the contract where they are made, so that a mistake is told at once and as a whole. */
import {
  type AskKind,
  CantataError,
  DEFAULT_LIMITS,
  type JsonObject,
  type Pattern,
  type TeamLimits,
} from '@cantata/core';

/** As `Pattern`; limits it does not speak of are the usual ones. */
export type PatternDefinition<State extends JsonObject = JsonObject> = Omit<Pattern<State>, 'limits'> & {
  readonly limits?: Partial<TeamLimits>;
};

/**
 * A pattern of its author's own, for `compile(document, { patterns })` of an embedding program and for tests. What it may
 * do and must not is said at `Pattern`: it is pure, and its state is plain data.
 * @throws CantataError `config_invalid` with everything that is wrong with it
 */
export function definePattern<State extends JsonObject>(pattern: PatternDefinition<State>): Pattern {
  const problems = patternProblems(pattern);
  if (problems.length === 0) return completePattern(pattern);
  const { name } = pattern as unknown as Loose;
  throw new CantataError('config_invalid', `the pattern ${String(name)}: ${problems.join('; ')}`);
}

/** Limits it does not speak of are the usual ones. */
export function completePattern(pattern: PatternDefinition): Pattern {
  return { ...pattern, limits: { ...DEFAULT_LIMITS, ...pattern.limits } };
}

type Loose = Readonly<Record<string, unknown>>;

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.+-]{0,127}$/;
const FUNCTIONS = ['validate', 'initial', 'react'];
const MAYBE_FUNCTIONS = ['whyNot', 'shows'];
const LIMITS = ['turns', 'handOffs', 'repeats', 'stall', 'wallTimeMs'];
/** Complete: an ask that is not here does not compile. */
const ASKS: Readonly<Record<AskKind, true>> = {
  delegate: true,
  hand_off: true,
  send: true,
  offer: true,
  claim: true,
  bid: true,
  vote: true,
  write: true,
  ask_person: true,
  listen: true,
  escalate: true,
  finish: true,
};
const KEYS = [
  'name',
  'version',
  'summary',
  'roles',
  'options',
  'limits',
  'asks',
  ...FUNCTIONS,
  ...MAYBE_FUNCTIONS,
];

/** Everything that keeps it from being a pattern; it may have been written in plain JavaScript. */
export function patternProblems(pattern: unknown): readonly string[] {
  return isRecord(pattern) ? problemsOf(pattern) : ['it is no pattern; make it with `definePattern`'];
}

function problemsOf(pattern: Loose): readonly string[] {
  const { roles, options, limits, asks } = pattern;
  const wrong = (is: boolean, message: string): readonly string[] => (is ? [] : [message]);
  return [
    ...Object.keys(pattern).flatMap((key) => wrong(KEYS.includes(key), `\`${key}\` is no part of a pattern`)),
    ...['name', 'version'].flatMap((key) =>
      wrong(
        NAME.test(textOf(pattern[key])),
        `\`${key}\` should be letters, digits, \`_\`, \`-\`, \`.\` and \`+\``,
      ),
    ),
    ...wrong(textOf(pattern['summary']) !== '', '`summary` should say what it is for'),
    ...rolesWrong(roles),
    ...wrong(
      isRecord(options) && options['type'] === 'object',
      '`options` should be a JSON Schema of type object',
    ),
    ...LIMITS.flatMap((key) =>
      wrong(
        limits === undefined || (isRecord(limits) && ['number', 'undefined'].includes(typeof limits[key])),
        `\`limits.${key}\` should be a number`,
      ),
    ),
    ...asksWrong(asks),
    ...FUNCTIONS.flatMap((key) =>
      wrong(typeof pattern[key] === 'function', `\`${key}\` should be a function`),
    ),
    ...MAYBE_FUNCTIONS.flatMap((key) =>
      wrong(['function', 'undefined'].includes(typeof pattern[key]), `\`${key}\` should be a function`),
    ),
  ];
}

function rolesWrong(roles: unknown): readonly string[] {
  if (!isRecord(roles) || Object.keys(roles).length === 0) return ['`roles` should name at least one role'];
  return Object.entries(roles).flatMap(([name, role]) =>
    isRecord(role) && textOf(role['summary']) !== '' && Number.isInteger(role['least'])
      ? []
      : [`\`roles.${name}\` should have a \`summary\` and \`least\`, a whole number`],
  );
}

function asksWrong(asks: unknown): readonly string[] {
  if (!Array.isArray(asks)) return ['`asks` should be a list'];
  return asks
    .filter((ask) => typeof ask !== 'string' || !Object.hasOwn(ASKS, ask))
    .map(
      (ask) => `\`asks\` should not have ${JSON.stringify(ask)}; there are ${Object.keys(ASKS).join(', ')}`,
    );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
