/** A declarative pattern: each rule can hold, some rule gives a result, expressions read what is known where they stand. */
import type { RuleTrigger } from '@cantata/core';
import { OPENING } from '@cantata/core';
import type { PlacedExpression } from '../expressions/draft.ts';
import type { TemplateDraft } from '../expressions/template.ts';
import { didYouMean } from '../hint.ts';
import { templatesOf } from '../language/pattern/action.ts';
import type { PatternDraft } from '../language/pattern/pattern.ts';
import type { RuleDraft } from '../language/pattern/rule.ts';
import { inOrder, unknownIn, type WhereDraft } from '../language/pattern/where.ts';
import { isBroken } from '../shape/object.ts';
import type { Place } from '../shape/place.ts';
import { quote } from '../shape/words.ts';
import { checkKeys } from './pattern-keys.ts';

export function checkPattern(draft: PatternDraft, at: Place): void {
  checkNames(draft, at);
  checkKeys(draft);
  checkOthers(draft, at.child('roles'));
  checkCounts(draft, at.child('roles'));
  const { rules } = draft;
  if (rules === undefined || isBroken(draft, 'rules')) return;
  const places = at.child('rules');
  checkEnd(rules, places);
  checkReach(rules, places, (draft.asks ?? []).length > 0);
}

/** What no rule ends ends by a limit only. */
function checkEnd(rules: Rules, at: Place): void {
  const isCertain = rules.every(
    (rule) =>
      rule !== undefined && !isBroken(rule, 'do') && (rule.do ?? []).every((one) => one !== undefined),
  );
  const ends = rules.some((rule) => rule?.do?.some((one) => one !== undefined && 'finish' in one));
  if (isCertain && !ends)
    at.report('rule_invalid', 'no rule gives a result', {
      at: 'key',
      hint: 'add `finish` to the `do` of one of them',
    });
}

type Rules = NonNullable<PatternDraft['rules']>;

/** A rule that nothing leads to is a slip of the pen. */
function checkReach(rules: Rules, at: Place, isAsked: boolean): void {
  const actions = rules.flatMap((rule) => rule?.do ?? []);
  const purposes = new Set(
    actions.flatMap((one) =>
      [one?.turn?.purpose, one?.ask_person?.purpose].filter((purpose) => purpose !== undefined),
    ),
  );
  if (isAsked) purposes.add(OPENING);
  const timers = new Set(actions.flatMap((one) => one?.set_timer?.name ?? []));
  // A turn whose purpose cannot be read may be the one that is meant.
  const isCertain =
    rules.every((rule) => rule !== undefined && !isBroken(rule, 'do')) &&
    actions.every((one) => one !== undefined);
  const taken: { readonly on: RuleTrigger; readonly n: number }[] = [];
  for (const [n, rule] of rules.entries()) {
    const on = rule?.on;
    if (rule === undefined || on === undefined) continue;
    const place = at.down(n, 'on');
    const before = taken.find((one) => covers(one.on, on));
    if (before !== undefined)
      place.report('rule_invalid', `this rule is never applied: rule ${before.n + 1} always is`, {
        hint: 'give that one a `when`, or put this one before it',
      });
    if (isCertain) checkTrigger(on, place, purposes, timers);
    if (!('when' in rule)) taken.push({ on, n });
    else if (rule.when?.placed.expression.isConstant === true) checkConstant(rule.when.placed);
  }
}

function covers(one: RuleTrigger, other: RuleTrigger): boolean {
  const isEnd = other.kind === 'completed' || other.kind === 'failed';
  if (one.kind !== other.kind && !(one.kind === 'ended' && isEnd)) return false;
  const [name, wanted] = [nameOf(one), nameOf(other)];
  return name === undefined || name === wanted;
}

function nameOf(on: RuleTrigger): string | undefined {
  if (on.kind === 'timer') return on.name;
  return 'purpose' in on ? on.purpose : undefined;
}

function checkTrigger(
  on: RuleTrigger,
  at: Place,
  purposes: ReadonlySet<string>,
  timers: ReadonlySet<string>,
): void {
  const name = nameOf(on);
  if (on.kind === 'timer' && (name === undefined ? timers.size === 0 : !timers.has(name)))
    at.report(
      'rule_invalid',
      `this rule is never applied: nothing sets ${name === undefined ? 'a timer' : `the timer ${quote(name)}`}`,
      {
        hint: didYouMean(name ?? '', timers),
      },
    );
  else if (on.kind !== 'timer' && name !== undefined && !purposes.has(name))
    at.report('rule_invalid', `this rule is never applied: no turn is for ${quote(name)}`, {
      hint: didYouMean(name, purposes),
    });
}

function checkConstant({ expression, at, offset }: PlacedExpression): void {
  if (expression.checked.kind !== 'typed') return;
  at.report('rule_invalid', `${at.label} is the same whatever has happened`, {
    within: offset,
    hint: 'remove it, or the rule',
  });
}

/** Variables that are there in every expression of a pattern. */
const ALWAYS = ['input', 'options', 'state', 'team', 'seats', 'turns', 'open'];
const OF_ANSWER = ['turn', 'output', 'asks'];

const KNOWN: Readonly<Record<string, string>> = {
  turn: 'where a turn is over: in a rule on `completed`, `failed` or `ended`, in `refuses` and in `shows`',
  output: 'in a rule on `completed` or `ended`, and in `refuses`',
  asks: 'in a rule on `completed` or `ended`, and in `refuses`',
  error: 'in a rule on `failed` or `ended`',
  where: 'in a rule that has `where`',
  item: 'in a turn or a fact with `for_each`',
  index: 'in a turn or a fact with `for_each`',
};

function checkNames({ rules = [], refuses = [], shows }: PatternDraft, at: Place): void {
  checkTemplate(shows, ['turn']);
  for (const refusal of refuses) {
    if (refusal?.when !== undefined) checkPlaced(refusal.when.placed, OF_ANSWER);
    checkTemplate(refusal?.message, OF_ANSWER);
  }
  for (const [n, rule] of rules.entries()) if (rule !== undefined) checkRule(rule, at.down('rules', n));
}

function checkRule(rule: RuleDraft, place: Place): void {
  const { when, because, where = [], set, do: actions = [], mark } = rule;
  const known = ofTrigger(rule);
  const all = 'where' in rule ? [...known, 'where'] : known;
  if (when !== undefined) checkPlaced(when.placed, all);
  for (const { value } of where) checkTemplate(value, all);
  checkWhere(where, place.child('where'));
  for (const template of [because, set, mark]) checkTemplate(template, all);
  for (const one of actions) {
    if (one === undefined) continue;
    for (const { draft, isOfItem } of templatesOf(one))
      checkTemplate(draft, isOfItem ? [...all, 'item', 'index'] : all);
  }
}

function checkWhere(where: WhereDraft, at: Place): void {
  const names = where.map(({ name }) => name);
  for (const { name, value } of where)
    for (const unknown of unknownIn(value, names))
      at.child(name).report('rule_invalid', `there is no value ${quote(unknown)} in the rule`, {
        hint: didYouMean(unknown, names),
      });
  const { circle } = inOrder(where);
  if (circle !== undefined)
    at.child(circle).report('rule_invalid', `${quote(circle)} is worked out of itself`, {
      hint: 'work it out of something else',
    });
}

/** Keys have no order in a store: which role is that of the others must be said. */
function checkOthers({ roles = [] }: PatternDraft, at: Place): void {
  const others = roles.filter(({ value }) => value?.others === true);
  if (roles.length > 1 && others.length === 0 && roles.every(({ value }) => value !== undefined))
    at.report('rule_invalid', 'no role is that of groups for which none is given', {
      hint: 'give one of them `others: true`',
    });
  for (const { name } of others.slice(1))
    at.down(name, 'others').report(
      'rule_invalid',
      `${quote(others[0]?.name ?? '')} is the role of all others already`,
    );
}

/** Nobody could be asked to have a role more often than it may be had. */
function checkCounts({ roles = [] }: PatternDraft, at: Place): void {
  for (const { name, value } of roles) {
    const { least = 0, most = Infinity } = value ?? {};
    if (least > most)
      at.down(name, 'most').report('rule_invalid', `at most ${most} have the role, and at least ${least}`, {
        hint: `no team could have both; write \`most: ${least}\``,
      });
  }
}

function ofTrigger({ on }: RuleDraft): readonly string[] {
  switch (on?.kind) {
    case 'completed':
      return OF_ANSWER;
    case 'failed':
      return ['turn', 'error'];
    case 'ended':
      return [...OF_ANSWER, 'error'];
    case undefined:
      // Unreadable: it may be any.
      return Object.keys(KNOWN);
    default:
      return [];
  }
}

function checkTemplate(template: TemplateDraft | undefined, known: readonly string[]): void {
  for (const placed of template?.placed ?? []) checkPlaced(placed, known);
}

function checkPlaced({ expression, at, offset }: PlacedExpression, known: readonly string[]): void {
  for (const { name, start } of expression.locals) {
    if (ALWAYS.includes(name) || known.includes(name)) continue;
    at.report('expression_unknown_name', `${quote(name)} is known only ${KNOWN[name]}`, {
      within: offset + start,
    });
  }
  const { checked } = expression;
  if (checked.kind === 'typed') return;
  const { code, message, hint, offset: within } = checked.issue;
  at.report(code, message, { hint, within: offset + within });
}
