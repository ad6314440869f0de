import { describe, expect, test } from 'vitest';
import { assigned, BEGAN, begin, completed, type History } from '../../test/history.ts';
import { threePhases } from '../../test/workflows.ts';
import { createTerminal } from '../terminal.ts';
import { headerLine } from './header.ts';
import { rowsOf } from './rows.ts';
import { symbolsOf } from './symbols.ts';
import { width } from './text.ts';
import { treeLines } from './tree.ts';

const error = { code: 'line_busy', message: 'the line was busy\nall day' };

/** In the middle: one item done, one at work, one waiting for its second attempt. */
function middle(): History {
  const history = begin({
    ...threePhases('phases'),
    tasks: threePhases('phases').tasks.map((task) => ({ ...task, retry_policy: 'fixed' })),
  });
  const { tell } = history;
  tell(0, assigned('begin', 'lead'));
  tell(600, completed('begin'));
  tell(600, { type: 'task.opened', task: 'middle', items: 3 });
  for (const item of [0, 1, 2]) tell(600, assigned('middle', `hands-${item + 1}`, item));
  tell(1_700, completed('middle', 0));
  tell(2_000, {
    type: 'task.retry_scheduled',
    task: 'middle',
    item: 2,
    attempt: 1,
    error,
    until: BEGAN + 6_000,
  });
  return history;
}

function shown(
  { state }: History,
  afterMs: number,
  size: { readonly columns?: number; readonly lines?: number } = {},
): string {
  const writer = { write: () => undefined, isTTY: true, columns: size.columns ?? 100, rows: 40 };
  const terminal = createTerminal(writer, { colours: 'never', dumbTerminal: false, plainSymbols: false });
  const style = { terminal, symbols: symbolsOf(terminal), maxLines: size.lines ?? 100, frame: 0 };
  const progresses = new Map([['middle[1]', { fraction: 0.52, note: '\u001B[31mreading\u001B[0m the log' }]]);
  const now = BEGAN + afterMs;
  return [headerLine(state, now, style), ...treeLines(rowsOf(state, progresses, now), style)].join('\n');
}

describe('the tree', () => {
  test('shows seats, progress, the next attempt and what waits for what', () => {
    expect(shown(middle(), 3_000)).toBe(
      [
        'phases 1.0 · 01a20838-ff54 · 2/3 middle · 3.0 s',
        '  ✔ begin        lead     0.6 s',
        '  ⠋ middle  1/3           2.4 s',
        '    ✔ [0]        hands-1  1.1 s',
        '    ⠋ [1]        hands-2  2.4 s  ━━━━━───── 52 %  reading the log',
        '    ↻ [2]        hands-3  2.4 s  attempt 2 of 5 in 3 s · line_busy: the line was busy all day',
        '  ○ end                          after middle',
      ].join('\n'),
    );
  });

  test('is never wider than the terminal', () => {
    for (const columns of [40, 60, 80]) {
      const lines = shown(middle(), 3_000, { columns }).split('\n').slice(1);
      expect(Math.max(...lines.map(width))).toBeLessThanOrEqual(columns);
    }
  });

  test('nor is it with long names in a narrow one: the seats give way first, then the labels', () => {
    const task = 'compare_the_findings_of_all_researchers';
    const seat = 'researchers_of_the_second_floor';
    const history = begin({
      name: 'a_workflow_whose_name_is_long_enough_to_fill_a_line',
      agents: { [seat]: { type: 'worker' } },
      tasks: [{ id: task, agent: seat }],
    });
    history.tell(0, assigned(task, seat));
    for (const columns of [24, 30, 40, 60, 80]) {
      const lines = shown(history, 3_000, { columns }).split('\n');
      expect(Math.max(...lines.map(width))).toBeLessThanOrEqual(columns);
    }
    expect(shown(history, 3_000, { columns: 60 })).toContain(
      'compare_the_findings_of_all_researchers  resea',
    );
    expect(shown(history, 3_000, { columns: 30 })).toMatch(/ ⠋ compare_the_find\S*… +3\.0 s$/);
  });

  test('counts what does not fit, beginning with what is done', () => {
    expect(shown(middle(), 3_000, { lines: 5 })).toContain('  … 2 rows more: 2 completed');
    const narrow = shown(middle(), 3_000, { lines: 4 });
    expect(narrow).toContain('  … 3 rows more: 2 completed, 1 pending');
    expect(narrow).toContain('[1]');
    expect(narrow).toContain('[2]');
  });

  test('says that a paused run is paused, by whom and since when', () => {
    const history = middle();
    history.tell(2_500, { type: 'workflow.paused', by: 'ada', checkpoint: 'c', reason: 'lunch' });
    history.tell(6_000, { type: 'task.retry_due', task: 'middle', item: 2 });
    const text = shown(history, 10_000);
    expect(text).toContain('paused by ada 8 s ago: lunch');
    expect(text).toMatch(/◌ \[2\].*starts when resumed/);
  });

  test('shows a failed attempt, its code and what was not begun', () => {
    const history = middle();
    history.tell(2_500, { type: 'task.failed', task: 'middle', item: 1, attempt: 1, error });
    history.tell(2_500, { type: 'workflow.failing', task: 'middle', item: 1, error });
    expect(shown(history, 2_600)).toContain('· failing ·');
    history.tell(2_600, { type: 'workflow.failed', task: 'middle', item: 1, error });
    const text = shown(history, 9_000);
    expect(text).toContain('· failed · 2.6 s');
    expect(text).toMatch(/✖ \[1\] .* line_busy: the line was busy all day/);
    expect(text).toMatch(/⊘ end$/);
  });

  test('says in which attempt something came about', () => {
    const history = middle();
    history.tell(6_000, { type: 'task.retry_due', task: 'middle', item: 2 });
    expect(shown(history, 6_000)).toMatch(/◌ \[2\].*waits for a free seat/);
    history.tell(6_000, assigned('middle', 'hands-3', 2, 2));
    expect(shown(history, 6_100)).toMatch(/\[2\].*attempt 2 of 5$/m);
    history.tell(7_000, completed('middle', 2, 2));
    expect(shown(history, 7_000)).toMatch(/✔ \[2\].*in attempt 2$/m);
  });
});

test('a console without many symbols gets plain ones', () => {
  expect(symbolsOf({ plainSymbols: true }).status.completed).toBe('+');
});
