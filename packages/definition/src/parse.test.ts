import { createPlan } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import { documentOf, found, onlyProblemOf, SPECIFICATION, TEN_MISTAKES } from '../test/documents.ts';
import { type Parsed, parseDefinition } from './parse.ts';

const EXPECTED = {
  name: 'multi_agent_research',
  version: '1.0',
  pattern: 'supervisor',
  agents: [
    {
      name: 'supervisor',
      type: 'supervisor_agent',
      count: 1,
      capabilities: ['task_decomposition', 'quality_assessment'],
      resources: { cpuMillis: 2000, memoryBytes: 4_000_000_000 },
    },
    {
      name: 'researchers',
      type: 'research_agent',
      count: 3,
      capabilities: ['web_search', 'data_collection'],
      resources: { cpuMillis: 1000, memoryBytes: 2_000_000_000 },
    },
  ],
  tasks: [
    {
      id: 'decompose',
      who: { kind: 'group', group: 'supervisor' },
      dependsOn: [],
      parallel: false,
      priority: 0,
      timeoutMs: 300_000,
      retryPolicy: 'exponential_backoff',
    },
    {
      id: 'research',
      who: { kind: 'group', group: 'researchers' },
      dependsOn: ['decompose'],
      parallel: true,
      priority: 0,
      timeoutMs: 1_800_000,
    },
    {
      id: 'synthesize',
      who: { kind: 'group', group: 'supervisor' },
      dependsOn: ['research'],
      parallel: false,
      priority: 0,
      timeoutMs: 600_000,
    },
  ],
  coordination: {
    type: 'hybrid',
    eventDriven: ['agent_status', 'data_updates'],
    graphBased: ['task_flow', 'dependencies'],
  },
  faultTolerance: {
    circuitBreaker: { failureThreshold: 3, timeoutSeconds: 30 },
    sagaPattern: { compensationEnabled: true, rollbackOnFailure: true },
  },
  maxConcurrentExecutions: 1,
  tags: [],
};

const WITHOUT_ROOT = SPECIFICATION.replace('workflow:\n', '').replaceAll(/^ {2}/gm, '');

function valid(text: string): Extract<Parsed, { kind: 'valid' }> {
  const parsed = parseDefinition(text);
  if (parsed.kind !== 'valid') throw new Error(JSON.stringify(parsed.problems, null, 2));
  return parsed;
}

describe('the workflow of the specification', () => {
  it('means what the specification says, word for word', () => {
    const { team, choice, ...definition } = valid(SPECIFICATION).definition;
    expect(definition).toEqual(EXPECTED);
    expect(team?.pattern.name).toBe('supervisor');
    expect(choice?.names).toContain('swarm');
  });

  it('means the same without the root', () => {
    expect(WITHOUT_ROOT).toMatch(/^name:/m);
    expect(valid(WITHOUT_ROOT)).toMatchObject({
      definition: EXPECTED,
      document: valid(SPECIFICATION).document,
    });
  });

  it('means the same as JSON, with or without the root, in any layout', () => {
    const { document } = valid(SPECIFICATION);
    for (const indent of [undefined, 2, '\t']) {
      for (const value of [document, { workflow: document }]) {
        expect(valid(JSON.stringify(value, null, indent))).toMatchObject({ definition: EXPECTED, document });
      }
    }
  });

  it('means the same with a byte order mark and the line ends of Windows', () => {
    const text = `\ufeff${SPECIFICATION.replaceAll('\n', '\r\n')}`;
    expect(valid(text)).toEqual(valid(SPECIFICATION));
  });

  it('gives a document of plain JSON, as written', () => {
    const { document } = valid(SPECIFICATION);
    expect(Object.keys(document)).toEqual([
      'name',
      'version',
      'orchestration_pattern',
      'agents',
      'tasks',
      'coordination',
      'fault_tolerance',
    ]);
    expect(document['tasks']).toContainEqual({
      id: 'synthesize',
      agent: 'supervisor',
      depends_on: ['research'],
      timeout: 600,
    });
  });

  it('has no notice', () => {
    expect(valid(SPECIFICATION).notices).toEqual([]);
  });

  it('can be planned', () => {
    expect(createPlan(valid(SPECIFICATION).definition).layers.count).toBe(3);
  });
});

describe('a definition with ten different mistakes', () => {
  it('has ten problems with the line and column of each', () => {
    const parsed = parseDefinition(TEN_MISTAKES);
    expect(parsed.kind).toBe('invalid');
    expect(found(TEN_MISTAKES)).toEqual([
      '4:12 type_wrong version',
      '13:14 type_wrong agents.researchers.count',
      '15:17 quantity_unreadable agents.researchers.resources.memory',
      '21:16 value_out_of_range tasks[0].timeout',
      '24:14 agent_unknown tasks[1].agent',
      '25:20 task_unknown tasks[1].depends_on[0]',
      '26:7 unknown_key tasks[1].paralel',
      '34:30 dependency_cycle tasks[3].depends_on[1]',
      '36:11 task_repeated tasks[4].id',
      '40:17 capability_unmet tasks[5].requires',
    ]);
  });
});

describe('the root', () => {
  it('may be `workflow:`; what stands beside it is a mistake', () => {
    const text = `workflow:\n${documentOf().replaceAll(/^/gm, '  ')}\nextra: 1\n`;
    expect(onlyProblemOf(text)).toMatchObject({ code: 'unknown_key', path: 'extra', column: 1 });
  });

  it.each([
    ['', 'the document is empty'],
    ['# nothing but a comment\n', 'the document is empty'],
    ['- a\n- b\n', 'the document is a list'],
    ['hello', 'the document is the text `hello`'],
    ['workflow:\n', '`workflow` is empty'],
    ['services: {}\n', 'the document has no key of a workflow'],
  ])('is missing from %j', (text, message) => {
    const parsed = parseDefinition(text);
    expect(parsed).toMatchObject({ kind: 'unreadable', problems: [{ code: 'not_a_workflow', message }] });
  });

  it('may lack everything but one key to be taken for a workflow', () => {
    expect(parseDefinition('name: w').kind).toBe('invalid');
  });

  it('is passed over when it has a problem of its own', () => {
    expect(parseDefinition('workflow: !wrong {}')).toMatchObject({
      kind: 'invalid',
      problems: [{ code: 'tag_unsupported' }],
    });
  });
});

describe('an unknown orchestration pattern', () => {
  const text = documentOf({ tasks: '  - { id: x, agent: b }' }).replace('swarm', 'swam');

  it('makes the document unreadable, and every other problem is reported too', () => {
    expect(parseDefinition(text).kind).toBe('unreadable');
    expect(found(text)).toEqual([
      '3:24 pattern_unknown orchestration_pattern',
      '7:21 agent_unknown tasks[0].agent',
    ]);
  });
});
