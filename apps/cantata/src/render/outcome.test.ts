import type { ExecutionRow } from '@cantata/core';
import { describe, expect, test } from 'vitest';
import { assigned, BEGAN, begin, completed, type History } from '../../test/history.ts';
import { single, threePhases } from '../../test/workflows.ts';
import { createTerminal } from '../terminal.ts';
import { outcomeJson, outcomeLines, printWhole } from './outcome.ts';

const hint = {
  look: (rest: string) => `cantata ${rest}`,
  drive: (rest: string) => `cantata ${rest} --config x`,
};
const error = { code: 'line_busy', message: 'the line was busy' };

const rowOf = ({ state }: History, more: Partial<ExecutionRow> = {}): ExecutionRow =>
  ({
    executionId: state.executionId,
    name: 'n',
    version: '1',
    workflowId: 'w',
    status: state.status.kind,
    parked: false,
    reason: null,
    startedAt: BEGAN,
    completedAt: BEGAN + 5_000,
    ...more,
  }) as ExecutionRow;

function told(history: History, row = rowOf(history), columns = 100, failures = new Map()): string {
  const writer = { write: () => undefined, isTTY: true, columns };
  const terminal = createTerminal(writer, { colours: 'never', dumbTerminal: false, plainSymbols: false });
  return outcomeLines({ row, state: history.state, failures, hint }, terminal).join('\n');
}

function ended(output: ReturnType<typeof completed>): History {
  const history = begin(single('worker'));
  history.tell(0, assigned('work', 'someone'));
  history.tell(5_000, output);
  history.tell(5_000, { type: 'workflow.completed' });
  return history;
}

const output = (value: unknown): ReturnType<typeof completed> =>
  ({ ...completed('work'), output: value }) as never;

describe('a completed run', () => {
  test('ends with its output and where to look', () => {
    expect(told(ended(output({ words: 3 })))).toBe(
      [
        '✔ completed in 5 s · 1 turn',
        '',
        '{',
        '  "words": 3',
        '}',
        '',
        '  cantata status 01a20838-ff54  each task and what it took',
        '  cantata events 01a20838-ff54  everything that happened',
      ].join('\n'),
    );
  });

  test('says what stopped it', () => {
    const history = begin(single('worker'));
    history.tell(0, { type: 'budget.exceeded', limit: 'turns', of: 1, spent: 1 });
    history.tell(5_000, { type: 'workflow.completed' });
    expect(told(history)).toMatch(/^✔ completed in 5 s: budget: turns 1 · 0 turns\n/);
  });

  test('says nothing where there is no output', () => {
    expect(told(ended(output(null)))).toMatch(/^✔ completed in 5 s · 1 turn\n\n {2}cantata status/);
  });

  test('shows text as text, without what could move the cursor, and cuts lines that are too long', () => {
    const text = told(ended(output(`one\u001B[2J\n  two\n${'x'.repeat(500)}`)));
    expect(text).toContain('\none\n  two\nxxx');
    expect(text).toMatch(/x…\n… cantata status 01a20838-ff54 --output shows all of it\n/);
  });

  test('leaves words out where the window is narrow', () => {
    expect(told(ended(output(1)), undefined, 40)).toMatch(
      /\n {2}cantata status 01a20838-ff54\n {2}cantata events 01a20838-ff54$/,
    );
  });
});

describe('a failed run', () => {
  function failing(): History {
    const history = begin(threePhases('phases'));
    history.tell(0, assigned('begin', 'lead'));
    history.tell(100, { type: 'agent.lost', task: 'begin', attempt: 1, seat: 'lead', reason: 'gone' });
    history.tell(200, assigned('begin', 'lead'));
    return history;
  }

  test('tells where, why, what had failed before, and what helps', () => {
    const history = failing();
    const busy = { code: 'output_missing', message: 'nothing' };
    history.tell(1_000, { type: 'task.failed', task: 'begin', attempt: 1, error: busy });
    history.tell(1_000, { type: 'workflow.failing', task: 'begin', error: busy });
    history.tell(1_000, { type: 'workflow.failed', task: 'begin', error: busy });
    const failures = new Map([
      [
        'begin',
        [
          { attempt: 1, error },
          { attempt: 2, error: busy },
        ],
      ],
    ]);
    expect(told(history, undefined, 100, failures)).toMatch(
      /^✖ failed after 1 s · 2 turns · 1 handed out again\n\nbegin at lead, attempt 1 of 1\noutput_missing: nothing\nThe agent returned nothing\. .*\n {2}attempt 1: line_busy: the line was busy\n\n {2}cantata why /,
    );
    expect(JSON.parse(outcomeJson({ row: rowOf(history), state: history.state, failures }, 1))).toMatchObject(
      {
        result: {
          status: 'failed',
          error: { code: 'output_missing', task: 'begin' },
          output: null,
          exit_code: 1,
        },
      },
    );
  });

  test('without a task tells the reason alone', () => {
    const history = failing();
    history.tell(900, { type: 'task.cancelled', task: 'begin', attempt: 1, confirmed: true });
    const late = { code: 'execution_timed_out', message: 'it took longer than 1 min' };
    history.tell(1_000, { type: 'workflow.failing', error: late });
    history.tell(1_000, { type: 'workflow.failed', error: late });
    expect(told(history)).toMatch(
      /· 1 handed out again\n\nexecution_timed_out: it took longer than 1 min\nThe execution took longer than its timeout\.\n\n/,
    );
    expect(
      JSON.parse(outcomeJson({ row: rowOf(history), state: history.state, failures: new Map() }, 1)),
    ).toMatchObject({
      result: { error: late },
    });
  });
});

test.each([
  ['toString', 'toString: no'],
  ['constructor', 'constructor: no'],
  ['evil\u001B[2J', 'evil: no'],
])('the code %j of an agent has no help, and is text', (code, reason) => {
  const history = begin(single('worker'));
  const said = { code, message: 'no' };
  history.tell(0, assigned('work', 'someone'));
  history.tell(1_000, { type: 'task.failed', task: 'work', attempt: 1, error: said });
  history.tell(1_000, { type: 'workflow.failing', task: 'work', error: said });
  history.tell(1_000, { type: 'workflow.failed', task: 'work', error: said });
  expect(told(history)).toMatch(new RegExp(`\n${reason}\n\n {2}cantata why`));
});

test('the whole output is to the letter for programs, and moves no cursor of people', () => {
  const printed = (isTTY: boolean): string => {
    let text = '';
    const writer = { isTTY, write: (more: string) => (text += more) };
    const out = createTerminal(writer, { colours: 'never', dumbTerminal: false, plainSymbols: false });
    printWhole('a\u001B[2Jb\nc', out);
    return text;
  };
  expect(printed(false)).toBe('a\u001B[2Jb\nc\n');
  expect(printed(true)).toBe('ab\nc\n');
});

test('a cancelled run tells by what, a parked one what to do', () => {
  const history = begin(single('worker'));
  const parked = rowOf(history, {
    parked: true,
    reason: 'store_full: no room',
    status: 'running',
    completedAt: null,
  });
  expect(told(history, parked)).toBe(
    'parked: store_full: no room\nIt stands still and nothing is lost. When the cause is gone, go on with\n  cantata resume 01a20838-ff54 --config x',
  );
  expect(
    JSON.parse(outcomeJson({ row: parked, state: history.state, failures: new Map() }, 4)),
  ).toMatchObject({
    result: { parked: 'store_full: no room', elapsed_ms: null, exit_code: 4 },
  });
  history.tell(1_000, { type: 'workflow.cancelling', by: 'ada', reason: 'enough' });
  history.tell(2_000, { type: 'workflow.cancelled', reason: 'enough' });
  expect(told(history)).toMatch(/^⊘ cancelled after 2 s: enough · 0 turns\n/);
});
