/** Documents that the OpenAPI document shows: small ones, which are taken as they stand. */

export const WORKFLOW = {
  name: 'letter',
  version: '1.0',
  orchestration_pattern: 'supervisor',
  agents: { writer: { type: 'writer' }, reader: { type: 'reviewer', count: 2 } },
  tasks: [
    { id: 'draft', agent: 'writer', depends_on: [] },
    { id: 'review', agent: 'reader', depends_on: ['draft'], parallel: true },
  ],
  coordination: { type: 'graph_based' },
} as const;

export const PATTERN = {
  name: 'one_turn',
  version: '1',
  summary: 'Whoever comes first has the only turn.',
  roles: { speaker: { summary: 'takes a turn', least: 1 } },
  rules: [
    {
      on: 'started',
      because: 'the first one begins',
      do: [{ turn: { to: '${seats[0].name}', purpose: 'speak' } }],
    },
    { on: { completed: 'speak' }, because: 'it has spoken', do: [{ finish: { turn: '${turn.n}' } }] },
  ],
} as const;
