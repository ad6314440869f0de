/**
 * Where the expressions of a task stand, and what is asked of each: the one list by which every check of expressions
 * goes. A key that holds expressions has a line here.
 */
import type { ConditionDraft } from '../expressions/condition.ts';
import type { PlacedExpression } from '../expressions/draft.ts';
import type { TemplateDraft } from '../expressions/template.ts';
import { templatesOfNeeds } from '../language/needs.ts';
import type { TaskDraft } from '../language/tasks.ts';

export interface Site {
  readonly placed: PlacedExpression;
  readonly use: Use;
}

export interface Use {
  /** What it must give. */
  readonly gives: 'truth' | 'list' | 'value';
  /**
   * Whether the tasks it reads have ended by then, or it may be asked while they are open; or when whatever will have
   * ended has.
   */
  readonly when: 'after_dependencies' | 'at_any_time' | 'in_the_end';
  /** Whether it is worked out for each item, which it sees. */
  readonly isOfItem: boolean;
  /** Whether it sees the step that is undone. */
  readonly isOfStep?: true;
  /** Whether it sees what came from outside. */
  readonly isOfEvent?: true;
}

/** Of a task that needs an event, which it sees. */
const COME: Use = { gives: 'truth', when: 'after_dependencies', isOfItem: false, isOfEvent: true };
const WHEN: Use = { gives: 'truth', when: 'after_dependencies', isOfItem: false };
const ASKED: Use = { gives: 'truth', when: 'at_any_time', isOfItem: false };
const LIST: Use = { gives: 'list', when: 'after_dependencies', isOfItem: false };
const WHOLE: Use = { gives: 'value', when: 'after_dependencies', isOfItem: false };
const ITEM: Use = { gives: 'value', when: 'after_dependencies', isOfItem: true };
const HEARD: Use = { gives: 'truth', when: 'after_dependencies', isOfItem: true, isOfEvent: true };
const UNDONE: Use = { gives: 'value', when: 'in_the_end', isOfItem: false, isOfStep: true };

/** In the order of the keys and of the texts. */
export function* sitesOf(task: TaskDraft): Iterable<Site> {
  const { when, join, for_each: each, input, wait, loop, terminate, compensate } = task;
  const isOfEvent = 'on' in task ? ({ isOfEvent: true } as const) : {};
  yield* ofCondition(task.on?.when, COME);
  yield* ofCondition(when, { ...WHEN, ...isOfEvent });
  if (join?.kind === 'when') yield* ofCondition(join.condition, ASKED);
  yield* ofTemplate(each, LIST);
  // Each item of a `for_each` sees its element, not the event.
  yield* ofTemplate(input, 'for_each' in task ? ITEM : { ...ITEM, ...isOfEvent });
  yield* ofTemplate(wait?.until, ITEM);
  yield* ofTemplate(wait?.approval?.prompt, ITEM);
  yield* ofCondition(wait?.when, HEARD);
  for (const name of templatesOfNeeds(task)) yield* ofTemplate(name, ITEM);
  yield* ofTemplate(terminate?.output, WHOLE);
  yield* ofTemplate(terminate?.reason, WHOLE);
  yield* ofCondition(loop?.while, ASKED);
  yield* ofCondition(loop?.until, ASKED);
  yield* ofTemplate(compensate?.input, UNDONE);
}

function* ofCondition(condition: ConditionDraft | undefined, use: Use): Iterable<Site> {
  if (condition !== undefined) yield { placed: condition.placed, use };
}

function* ofTemplate(template: TemplateDraft | undefined, use: Use): Iterable<Site> {
  for (const placed of template?.placed ?? []) yield { placed, use };
}
