import { CantataError } from '@cantata/core';
import { describe, expect, test } from 'vitest';
import { fields } from './fields.suite.ts';
import { agentDirectory, byTask, defineAgent, defineConfig, readConfig, testAgent } from './index.ts';

const greet = defineAgent((name: string) => `Hello, ${name}`);

describe('a configuration', () => {
  test('comes back as it was written', () => {
    const config = { agents: { greeter: greet }, dataDir: '.data' };
    expect(defineConfig(config)).toBe(config);
    expect(readConfig(config, 'cantata.config.ts')).toBe(config);
  });

  test.each([
    [undefined, 'no default export'],
    [[], 'no default export'],
    [{}, '`agents` is not an object'],
    [{ agents: { a: () => null } }, '`agents.a` is not an agent; make it with `defineAgent`'],
    [{ agents: { b: null } }, '`agents.b` is not an agent'],
    [{ agents: {}, dataDir: 7 }, '`dataDir` is not a path'],
    [{ agents: {}, agent: {} }, '`agent` is not a setting'],
    [{ agents: {}, patterns: {} }, '`patterns` is not a list'],
    [{ agents: {}, patterns: [7] }, '`patterns[0]`: it is no pattern; make it with `definePattern`'],
    [{ agents: {}, patterns: [{ asks: ['delgate'] }] }, '`asks` should not have "delgate"'],
    [
      { agents: {}, patterns: [{ name: 'a' }, { name: 'a' }] },
      '`patterns[1]`: there is a pattern "a" already',
    ],
  ])('%j is refused with the reason', (exported, reason) => {
    const read = () => readConfig(exported, 'cantata.config.ts');
    expect(read).toThrow(CantataError);
    expect(read).toThrow(expect.objectContaining({ code: 'config_invalid' }));
    expect(read).toThrow(`cantata.config.ts: `);
    expect(read).toThrow(reason);
  });

  test('all that is wrong is said at once', () => {
    expect(() => readConfig({ agents: { a: 1, b: 2 }, dataDir: '' }, 'x')).toThrow(
      /dataDir.*agents\.a.*agents\.b/,
    );
  });
});

describe('the directory of agents', () => {
  const directory = agentDirectory(defineConfig({ agents: { greeter: greet } }), '/app/cantata.config.ts');

  test('finds what is bound, as one agent for all', () => {
    expect(directory.find('greeter')).toBe(directory.find('greeter'));
    expect(directory.find('greeter')).toHaveProperty('perform');
  });

  test('finds nothing else, whatever it is called, and says where to bind', () => {
    expect([directory.find('stranger'), directory.find('constructor'), directory.find('__proto__')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(directory.where).toBe('/app/cantata.config.ts');
  });
});

describe('an agent by task', () => {
  const parts = byTask({
    ask: greet,
    count: defineAgent({
      input: fields<{ text: string }>({ text: 'string' }),
      perform: ({ text }) => text.length,
    }),
  });

  test('does what the task needs', async () => {
    expect((await testAgent(parts, 'Ada', { task: 'ask' })).output).toBe('Hello, Ada');
    expect((await testAgent(parts, { text: 'four' }, { task: 'count' })).output).toBe(4);
  });

  test('checks with the schemas of the part', async () => {
    const { outcome } = await testAgent(parts, 'four', { task: 'count' });
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'input_invalid', retry: 'never' } });
  });

  test.each(['judge', 'constructor'])(
    'the task %s, for which it has no part, fails for good',
    async (task) => {
      const { outcome } = await testAgent(parts, null, { task, agentType: 'supervisor_agent' });
      expect(outcome).toMatchObject({
        kind: 'failed',
        error: {
          code: 'task_unknown',
          retry: 'never',
          message: `the agent type supervisor_agent has no part for the task \`${task}\`; it has \`ask\`, \`count\``,
        },
      });
    },
  );
});
