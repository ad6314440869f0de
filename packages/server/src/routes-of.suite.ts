/**
 * Every route, who may call it, and what it is called with to get past the checks of its schema. Whoever adds a route adds
 * its row: `guard.test.ts` holds the server to the table, for each role and for another tenant.
 */
import type { Caller } from './auth/guard.ts';
import { workflow } from './world.suite.ts';

export interface RouteRow {
  /** The least role that may call it. */
  readonly role: Caller;
  /** JSON, or a document as text. */
  readonly body?: unknown;
  /** With the `?`. */
  readonly query?: string;
  /** What is open has none of it, its owner's not either. */
  readonly isEmpty?: true;
  /** Its answer goes on and on. */
  readonly isStream?: true;
}

const ANYBODY: RouteRow = { role: 'anybody' };
const READ: RouteRow = { role: 'viewer' };
const ACT: RouteRow = { role: 'operator' };
const WRITE: RouteRow = { role: 'author' };

/** What another tenant registers. */
const THEIRS = workflow('theirs');
export const pattern = (name: string): string => `
name: ${name}
version: "1"
summary: One turn.
roles:
  speaker: { summary: takes a turn, least: 1 }
rules:
  - on: started
    because: the first one begins
    do: [{ turn: { to: "\${seats[0].name}", purpose: speak } }]
  - on: { completed: speak }
    because: it has spoken
    do: [{ finish: { turn: "\${turn.n}" } }]
`;

export const ROUTES: Readonly<Record<string, RouteRow>> = {
  'GET /health': ANYBODY,
  'GET /ready': ANYBODY,
  'GET /openapi.json': ANYBODY,
  'GET /docs': ANYBODY,
  'GET /docs/': ANYBODY,
  'GET /docs/js/scalar.js': ANYBODY,
  'GET /workflow-capacity': READ,

  'GET /api/v1/workflows': READ,
  'POST /api/v1/workflows': { ...WRITE, body: THEIRS },
  'POST /api/v1/workflows/validate': { ...READ, body: THEIRS },
  'GET /api/v1/workflows/:workflow': READ,
  'GET /api/v1/workflows/:workflow/versions': READ,
  'GET /api/v1/workflows/:workflow/graph': READ,
  'GET /api/v1/workflows/:workflow/plan': READ,
  'GET /api/v1/workflows/:workflow/status': READ,
  'GET /api/v1/workflows/:workflow/executions': READ,
  'POST /api/v1/workflows/:workflow/execute': { ...ACT, body: { input_data: {} } },

  'GET /api/v1/workflows/:workflow/stream': { ...READ, isStream: true },

  'POST /api/v1/workflows/:workflow/pause': ACT,
  'POST /api/v1/workflows/:workflow/resume': ACT,
  'POST /api/v1/workflows/:workflow/cancel': ACT,

  'GET /api/v1/executions': READ,
  'POST /api/v1/executions/bulk/:verb': { ...ACT, body: { filter: {}, preview: false } },
  'GET /api/v1/executions/:execution': READ,
  'DELETE /api/v1/executions/:execution': { role: 'admin' },
  'GET /api/v1/executions/:execution/agents': READ,
  'GET /api/v1/executions/:execution/approvals': READ,
  'GET /api/v1/executions/:execution/blobs/:reference': { ...READ, isEmpty: true },
  'GET /api/v1/executions/:execution/checkpoints': READ,
  'GET /api/v1/executions/:execution/events': READ,
  'GET /api/v1/executions/:execution/graph': READ,
  'GET /api/v1/executions/:execution/log': READ,
  'GET /api/v1/executions/:execution/output': { ...READ, isEmpty: true },
  'GET /api/v1/executions/:execution/tasks': READ,
  'GET /api/v1/executions/:execution/teams': READ,
  'GET /api/v1/executions/:execution/why': READ,
  'POST /api/v1/executions/:execution/pause': ACT,
  'POST /api/v1/executions/:execution/resume': ACT,
  'POST /api/v1/executions/:execution/cancel': ACT,
  'POST /api/v1/executions/:execution/retry': ACT,
  'POST /api/v1/executions/:execution/fork': ACT,
  'POST /api/v1/executions/:execution/upgrade': { ...ACT, body: { version: '1.0' } },
  'POST /api/v1/executions/:execution/checkpoints': ACT,
  'POST /api/v1/executions/:execution/signals': { ...ACT, body: { signal: 'paid' } },
  'POST /api/v1/executions/:execution/events': { ...ACT, body: { topic: 'paid' } },
  'POST /api/v1/executions/:execution/compensation/retry': ACT,
  'POST /api/v1/executions/:execution/compensation/skip': { ...ACT, body: { task: 'draft' } },
  'POST /api/v1/executions/:execution/tasks/:task/answer': { ...ACT, body: { decision: 'approved' } },
  'POST /api/v1/executions/:execution/tasks/:task/cancel': ACT,
  'POST /api/v1/executions/:execution/tasks/:task/complete': ACT,
  'POST /api/v1/executions/:execution/tasks/:task/fail': ACT,
  'POST /api/v1/executions/:execution/tasks/:task/items': { ...ACT, body: { items: [1] } },
  'POST /api/v1/executions/:execution/tasks/:task/reassign': { ...ACT, body: { to: 'writers-2' } },
  'POST /api/v1/executions/:execution/tasks/:task/skip': ACT,
  'POST /api/v1/executions/:execution/tasks/:task/switch': { ...ACT, body: { to: 'swarm' } },

  'GET /api/v1/schedules': READ,
  'PUT /api/v1/workflows/:workflow/schedule': WRITE,
  'DELETE /api/v1/workflows/:workflow/schedule': WRITE,
  'POST /api/v1/workflows/:workflow/schedule/pause': ACT,
  'POST /api/v1/workflows/:workflow/schedule/resume': ACT,

  'POST /api/v1/signals': { ...ACT, body: { key: 'order 7', signal: 'paid', keep_ms: 60_000 } },
  'GET /api/v1/agents': READ,

  'GET /api/v1/patterns/available': READ,
  'POST /api/v1/patterns': { ...WRITE, body: pattern('their_rounds') },
  'GET /api/v1/patterns/:pattern': READ,
  'GET /api/v1/patterns/:pattern/versions': READ,
};
