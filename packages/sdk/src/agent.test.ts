import { describe, expect, expectTypeOf, test } from 'vitest';
import { type AgentDefinition, defineAgent } from './agent.ts';
import { byTask } from './by-task.ts';
import { defineConfig } from './config.ts';
import type { Context } from './context.ts';
import { fields } from './fields.suite.ts';
import type { Json } from './index.ts';

const question = fields<{ text: string }>({ text: 'string' });
const answer = fields<{ words: number }>({ words: 'number' });

describe('what defineAgent infers', () => {
  test('the short form takes its types from the function', () => {
    const agent = defineAgent((input: { text: string }) => input.text.length);
    expectTypeOf(agent).toEqualTypeOf<AgentDefinition<{ text: string }, number>>();
  });

  test('without an annotation the input is JSON and the context is typed', () => {
    defineAgent((input, context) => {
      expectTypeOf(input).toEqualTypeOf<Json>();
      expectTypeOf(context).toEqualTypeOf<Context>();
    });
    defineAgent({
      perform(input, context) {
        expectTypeOf(input).toEqualTypeOf<Json>();
        expectTypeOf(context.signal).toEqualTypeOf<AbortSignal>();
      },
    });
  });

  test('schemas type the input and hold the returned value to the output', () => {
    const agent = defineAgent({
      input: question,
      output: answer,
      perform(input) {
        expectTypeOf(input).toEqualTypeOf<{ text: string }>();
        return { words: input.text.split(' ').length };
      },
    });
    expectTypeOf(agent).toEqualTypeOf<AgentDefinition<{ text: string }, { words: number }>>();
  });

  test('an async function counts as what it resolves to', () => {
    const agent = defineAgent({ input: question, perform: async (input) => input.text });
    expectTypeOf(agent).toEqualTypeOf<AgentDefinition<{ text: string }, string>>();
  });

  test('what does not fit does not compile', () => {
    // @ts-expect-error the output schema wants a number
    defineAgent({ input: question, output: answer, perform: (input) => ({ words: input.text }) });
    // @ts-expect-error the output schema wants the field
    defineAgent({ output: answer, perform: () => ({}) });
    // @ts-expect-error the input schema gives a string
    defineAgent({ input: question, perform: (input: { text: number }) => input.text });
    // @ts-expect-error an agent performs
    defineAgent({ input: question });
    // @ts-expect-error not an option
    defineAgent({ inputs: question, perform: () => null });
    expectTypeOf(defineAgent).toBeFunction();
  });

  test('types can be given by hand', () => {
    const agent = defineAgent<{ text: string }, { words: number }>({ perform: () => ({ words: 1 }) });
    expectTypeOf(agent).toEqualTypeOf<AgentDefinition<{ text: string }, { words: number }>>();
    // @ts-expect-error a string is not a number
    defineAgent<{ text: string }, { words: number }>({ perform: () => ({ words: 'one' }) });
  });

  test('agents of different types stand in one configuration', () => {
    const counter = defineAgent({ input: question, output: answer, perform: () => ({ words: 1 }) });
    const shout = defineAgent((input: string) => input.toUpperCase());
    const config = defineConfig({ agents: { counter, both: byTask({ counter, shout }) }, dataDir: '.data' });
    expectTypeOf(config.agents.counter).toEqualTypeOf<typeof counter>();
    // @ts-expect-error an agent is not a bare function
    defineConfig({ agents: { shout: (input: string) => input } });
    // @ts-expect-error not a setting
    defineConfig({ agents: {}, datadir: '.data' });
  });
});

test('a definition is what was written, nothing else', () => {
  const options = { description: 'Counts.', input: question, perform: () => 1 };
  expect(defineAgent(options)).toBe(options);
});
