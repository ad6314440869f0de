/** Every code a problem may have. The table in docs/language.md is checked against this one. */

/**
 * What a problem does to its document: `unreadable` ones make it no workflow at all (REST answers 400),
 * `invalid` ones make it a workflow that cannot run (422), a `notice` leaves it valid.
 */
export type ProblemEffect = 'unreadable' | 'invalid' | 'notice';

export const PROBLEM_CODES = {
  document_too_large: [
    'unreadable',
    'The text is larger than 16 MiB, or has more than a million tokens or a text of 2 MiB and is not plain.',
  ],
  document_too_deep: ['unreadable', 'Lists and mappings are nested more than 64 levels deep.'],
  aliases_too_large: ['unreadable', 'Aliases, written out, would add more than 4 MiB.'],
  syntax: ['unreadable', 'The text is neither YAML nor JSON at this place.'],
  multiple_documents: ['unreadable', 'A second YAML document begins after `---` or `...`.'],
  not_a_workflow: ['unreadable', 'The document is empty, is not a mapping, or has no key of a workflow.'],
  pattern_unknown: ['unreadable', 'The orchestration pattern does not exist.'],

  character_forbidden: ['invalid', 'A control character, a NUL or half of a surrogate pair.'],
  directive_unsupported: ['invalid', 'A `%` directive other than `%YAML 1.2`.'],
  tag_unsupported: ['invalid', 'A tag such as `!!str` or `!custom`. Nothing is ever constructed from a tag.'],
  alias_unresolved: ['invalid', 'An alias without an anchor before it, or inside its own anchor.'],
  key_repeated: ['invalid', 'A mapping has the same key twice.'],
  key_not_text: ['invalid', 'A key is a number, a list or something else that is not text.'],
  key_forbidden: ['invalid', 'A merge key (`<<`) or `__proto__`.'],

  unknown_key: ['invalid', 'The language has no such key here, or not yet.'],
  key_missing: ['invalid', 'A required key is missing. Located at the mapping that lacks it.'],
  type_wrong: ['invalid', 'Text where a number belongs, a mapping where a list belongs, and so on.'],
  value_unknown: ['invalid', 'The value is none of those the key allows.'],
  value_out_of_range: ['invalid', 'A number, duration or amount below or above its bounds.'],
  quantity_unreadable: ['invalid', 'Not a duration, a number of cores or an amount of memory.'],
  name_invalid: ['invalid', 'An id or name has characters it may not have, or is too long.'],
  empty: ['invalid', 'A list, mapping or text that must not be empty.'],
  listed_twice: ['invalid', 'A list has the same entry twice.'],
  too_many: ['invalid', 'More tasks, groups, seats or entries than the limit.'],

  task_repeated: ['invalid', 'Two tasks have the same id.'],
  task_unknown: ['invalid', 'A task depends on a task that does not exist.'],
  dependency_on_itself: ['invalid', 'A task depends on itself.'],
  dependency_cycle: [
    'invalid',
    'Tasks wait for each other in a circle. Located at the entry that closes it.',
  ],
  join_invalid: [
    'invalid',
    'A join has nothing to join, wants more than there is, or has two rules at once.',
  ],
  items_invalid: ['invalid', 'A task has two ways to its items, or a bound of items it does not have.'],
  kind_invalid: ['invalid', 'A task lacks what its kind needs, or has a key of another kind.'],
  wait_invalid: ['invalid', 'A task waits for nothing, or for two things at once.'],
  goto_forward: ['invalid', 'A failure leads to a task that does not come before the one that fails.'],
  signal_unknown: ['invalid', 'A task waits for a signal that the workflow does not declare.'],
  topic_unknown: ['invalid', 'A task needs an event on a topic that `coordination` does not declare.'],
  choice_invalid: ['invalid', 'A choice has nothing to choose from, or a task that does not wait.'],
  agent_missing: ['invalid', 'A task names neither an agent nor what it requires.'],
  agent_ambiguous: ['invalid', 'A task names both an agent and what it requires.'],
  agent_unknown: ['invalid', 'A task names an agent group that does not exist.'],
  team_invalid: [
    'invalid',
    'A team lacks what its pattern needs, has a role twice, or options that the pattern does not have.',
  ],
  rule_invalid: [
    'invalid',
    'A rule of a pattern can never be applied, has an action that is none, or no rule gives a result.',
  ],
  capability_unmet: ['invalid', 'No agent group has all the capabilities a task requires.'],
  seat_repeated: ['invalid', 'Two groups would have a seat of the same id.'],
  activation_forbidden: [
    'invalid',
    'The type or relations of `coordination` do not allow what the document does.',
  ],

  expression_syntax: ['invalid', 'An expression in `when` or `${…}` is not CEL, or its `${` is not closed.'],
  expression_too_large: ['invalid', 'An expression is longer or deeper than the limit.'],
  expression_unknown_name: ['invalid', 'An expression reads a variable or a field that does not exist.'],
  expression_unknown_function: ['invalid', 'An expression calls a function that does not exist here.'],
  expression_type_wrong: [
    'invalid',
    'The types in an expression do not fit: text added to a number, a `when` that is not true or false.',
  ],
  pattern_invalid: [
    'invalid',
    'A regular expression that is none, or that cannot be searched in linear time.',
  ],
  task_not_upstream: ['invalid', 'A task reads the output of one that need not have completed before it.'],
  schema_invalid: ['invalid', 'A JSON Schema has a keyword with a value it cannot have.'],
  schema_unsupported: ['invalid', 'A JSON Schema uses a part of the standard that is not checked here.'],

  condition_constant: ['notice', 'A `when` is always true or always false, whatever the values.'],
  enough_unreachable: [
    'notice',
    'A task has fewer items in its list than are enough: unless some are added, it waits for all.',
  ],
  task_unreachable: ['notice', 'A task never runs: what it waits for has a `when` that is always false.'],
  compensation_unused: ['notice', 'A task says how it is undone, and nothing ever is in this workflow.'],
  signal_unused: ['notice', 'No task waits for this signal.'],
  agent_unused: ['notice', 'No task can use this agent group.'],
  problems_omitted: ['notice', 'There are more problems than the 1,000 that are listed.'],
} as const satisfies Record<string, readonly [ProblemEffect, string]>;

export type ProblemCode = keyof typeof PROBLEM_CODES;

export function effectOf(code: ProblemCode): ProblemEffect {
  return PROBLEM_CODES[code][0];
}
