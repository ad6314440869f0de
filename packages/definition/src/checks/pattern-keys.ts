/** What the expressions of a pattern read of its state and of its options is there, or may be. */
import type { PlacedExpression } from '../expressions/draft.ts';
import type { TemplateDraft } from '../expressions/template.ts';
import { didYouMean } from '../hint.ts';
import { templatesOf } from '../language/pattern/action.ts';
import { optionNames, type PatternDraft } from '../language/pattern/pattern.ts';
import type { RuleDraft } from '../language/pattern/rule.ts';
import { isBroken } from '../shape/object.ts';
import { isMapping } from '../shape/reader.ts';
import { quote } from '../shape/words.ts';

export function checkKeys(draft: PatternDraft): void {
  const known = { state: stateNames(draft), options: optionNames(draft) };
  for (const placed of placedIn(draft)) {
    const { source, locals, hasCalls } = placed.expression;
    // It asks by itself whether there is one.
    if (hasCalls.length > 0) continue;
    for (const { name, start } of locals)
      if (name === 'state' || name === 'options') checkRead(name, source, start, known[name], placed);
  }
}

/** `state.round` and not `state.all(...)`, which is a function. */
const READ = /^(\w+\s*\.\s*)([A-Za-z_]\w*)\b(?!\s*\()/;

function checkRead(
  of: 'state' | 'options',
  source: string,
  start: number,
  known: ReadonlySet<string> | undefined,
  { at, offset }: PlacedExpression,
): void {
  const [, before = '', key] = READ.exec(source.slice(start)) ?? [];
  if (known === undefined || key === undefined || known.has(key)) return;
  const why =
    of === 'state' ? 'neither the state in the beginning nor a `set` names it' : 'no option is called so';
  at.report('expression_unknown_name', `${quote(`${of}.${key}`)} is never there: ${why}`, {
    within: offset + start + before.length,
    hint: didYouMean(key, known),
  });
}

/** Undefined where it depends on what happens: a change that is worked out as a whole may name anything. */
function stateNames(draft: PatternDraft): ReadonlySet<string> | undefined {
  const { state = {}, rules = [] } = draft;
  if (isBroken(draft, 'state') || isBroken(draft, 'rules')) return undefined;
  const names = new Set(Object.keys(state));
  for (const rule of rules) {
    if (rule === undefined || isBroken(rule, 'set')) return undefined;
    const change = rule.set?.source ?? {};
    if (!isMapping(change)) return undefined;
    for (const name of Object.keys(change)) names.add(name);
  }
  return names;
}

function placedIn({ rules = [], refuses = [], shows }: PatternDraft): readonly PlacedExpression[] {
  const refusals = refuses.flatMap((refusal) => [
    ...(refusal?.when === undefined ? [] : [refusal.when.placed]),
    ...placedOf(refusal?.message),
  ]);
  return [
    ...placedOf(shows),
    ...refusals,
    ...rules.flatMap((rule) => (rule === undefined ? [] : ofRule(rule))),
  ];
}

function ofRule({
  when,
  because,
  where = [],
  set,
  do: actions = [],
  mark,
}: RuleDraft): readonly PlacedExpression[] {
  const drafts = [
    ...where.map(({ value }) => value),
    because,
    set,
    mark,
    ...actions.flatMap((one) =>
      one === undefined ? [] : Array.from(templatesOf(one), ({ draft }) => draft),
    ),
  ];
  return [...(when === undefined ? [] : [when.placed]), ...drafts.flatMap(placedOf)];
}

function placedOf(template: TemplateDraft | undefined): readonly PlacedExpression[] {
  return template?.placed ?? [];
}
