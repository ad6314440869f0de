/**
 * Every POST, with something for it to do and another request to the same path. Whoever adds a POST adds its row:
 * `once.test.ts` holds the server to the table.
 */
import type { Held } from '../executions.suite.ts';
import { pattern } from '../routes-of.suite.ts';
import { as, workflow } from '../world.suite.ts';

export interface Arranged {
  /** The path, without the prefix. */
  readonly path: string;
  readonly body: unknown;
  readonly other: unknown;
}

export interface PostRow {
  readonly arrange: (held: Held) => Promise<Arranged>;
  /** Whether it is done without the engine's memory: what is stored is found, or nothing is. */
  readonly isByItself?: true;
}

let names = 0;
const fresh = (what: string): string => {
  names += 1;
  return `${what}-${names}`;
};

async function registered(held: Held, more: object = {}): Promise<string> {
  const name = fresh('posted');
  await held.service.call('POST', '/api/v1/workflows', workflow(name, '1.0', more), as('one'));
  return name;
}

async function told(held: Held, path: string, body: unknown = {}): Promise<void> {
  const { status } = await held.service.call('POST', `/api/v1${path}`, body, as('one'));
  if (status >= 300) throw new Error(`${path} was answered with ${status}`);
}

/** To an execution that has begun. */
function toExecution(what: string, body: object = {}, more: object = {}): PostRow {
  return {
    async arrange(held) {
      const id = await held.begin(more);
      return { path: `/executions/${id}/${what}`, body, other: { ...body, reason: 'another' } };
    },
  };
}

const NAMED = { id: 'named' };
const SIGNALLED = {
  signals: { go: {} },
  coordination: { type: 'hybrid', event_driven: ['news'] },
  tasks: [
    { id: 'wait', wait: { signal: 'go' } },
    { id: 'hear', wait: { for: 3_600 }, on: { event: 'news' } },
  ],
};
const ASKING = { tasks: [{ id: 'may', wait: { approval: { prompt: 'May it?' } } }] };
const GROWING = { tasks: [{ id: 'each', agent: 'writers', for_each: '${[input.n]}' }] };
const TIMED = { schedule: { cron: '0 3 1 1 *', time_zone: 'UTC' } };

const ofWorkflow = (verb: string, before?: string): PostRow => ({
  async arrange(held) {
    const id = await held.begin();
    if (before !== undefined) await told(held, `/executions/${id}/${before}`);
    const { body } = await held.service.call('GET', `/api/v1/executions/${id}`, undefined, as('one'));
    return { path: `/workflows/${body.workflow_id}/${verb}`, body: {}, other: { reason: 'another' } };
  },
});

const ofSchedule = (verb: string, before?: string): PostRow => ({
  async arrange(held) {
    const name = await registered(held, TIMED);
    await held.service.call('PUT', `/api/v1/workflows/${name}/schedule`, {}, as('one'));
    if (before !== undefined) await told(held, `/workflows/${name}/schedule/${before}`);
    return { path: `/workflows/${name}/schedule/${verb}`, body: {}, other: { another: true } };
  },
});

const E = 'POST /api/v1/executions/:execution';

export const POSTS: Readonly<Record<string, PostRow>> = {
  'POST /api/v1/workflows': {
    isByItself: true,
    arrange: () =>
      Promise.resolve({ path: '/workflows', body: workflow(fresh('new')), other: workflow(fresh('new')) }),
  },
  'POST /api/v1/workflows/validate': {
    isByItself: true,
    arrange: () =>
      Promise.resolve({ path: '/workflows/validate', body: workflow('looked-at'), other: workflow('other') }),
  },
  'POST /api/v1/patterns': {
    isByItself: true,
    arrange: () =>
      Promise.resolve({
        path: '/patterns',
        body: pattern(fresh('rounds').replace('-', '_')),
        other: pattern(fresh('rounds').replace('-', '_')),
      }),
  },
  'POST /api/v1/workflows/:workflow/execute': {
    async arrange(held) {
      const path = `/workflows/${await registered(held)}/execute`;
      return { path, body: { input_data: { n: 1 } }, other: { input_data: { n: 2 } } };
    },
  },
  'POST /api/v1/workflows/:workflow/pause': ofWorkflow('pause'),
  'POST /api/v1/workflows/:workflow/resume': ofWorkflow('resume', 'pause'),
  'POST /api/v1/workflows/:workflow/cancel': ofWorkflow('cancel'),
  'POST /api/v1/workflows/:workflow/schedule/pause': ofSchedule('pause'),
  'POST /api/v1/workflows/:workflow/schedule/resume': ofSchedule('resume', 'pause'),
  'POST /api/v1/signals': {
    arrange() {
      const body = { key: fresh('order'), signal: 'paid', keep_ms: 3_600_000 };
      return Promise.resolve({ path: '/signals', body, other: { ...body, data: 1 } });
    },
  },
  'POST /api/v1/executions/bulk/:verb': {
    isByItself: true,
    async arrange(held) {
      const tag = fresh('tag');
      for (let n = 0; n < 3; n++) await held.begin({ tags: [tag] });
      const body = { filter: { tag }, preview: false };
      return { path: '/executions/bulk/pause', body, other: { ...body, reason: 'another' } };
    },
  },
  [`${E}/pause`]: toExecution('pause'),
  [`${E}/resume`]: {
    async arrange(held) {
      const id = await held.begin();
      await told(held, `/executions/${id}/pause`);
      return { path: `/executions/${id}/resume`, body: {}, other: { reason: 'another' } };
    },
  },
  [`${E}/cancel`]: toExecution('cancel'),
  [`${E}/retry`]: {
    async arrange(held) {
      const id = await held.begin();
      await told(held, `/executions/${id}/cancel`);
      await held.service.engine.ended(id);
      return { path: `/executions/${id}/retry`, body: {}, other: { new_key: true } };
    },
  },
  [`${E}/fork`]: {
    async arrange(held) {
      const id = await held.begin({ max_concurrent_executions: 4 });
      return { path: `/executions/${id}/fork`, body: {}, other: { input: 1 } };
    },
  },
  [`${E}/upgrade`]: {
    async arrange(held) {
      const id = await held.begin();
      const { body } = await held.service.call('GET', `/api/v1/executions/${id}`, undefined, as('one'));
      const next = workflow(body.name, '2.0', { tags: ['new'] });
      await held.service.call('POST', '/api/v1/workflows', next, as('one'));
      const asked = { version: '2.0' };
      return { path: `/executions/${id}/upgrade`, body: asked, other: { ...asked, force: true } };
    },
  },
  [`${E}/checkpoints`]: toExecution('checkpoints'),
  [`${E}/signals`]: {
    async arrange(held) {
      const path = `/executions/${await held.begin(SIGNALLED)}/signals`;
      return { path, body: { signal: 'go' }, other: { signal: 'go', ...NAMED } };
    },
  },
  [`${E}/events`]: {
    async arrange(held) {
      const path = `/executions/${await held.begin(SIGNALLED)}/events`;
      return { path, body: { topic: 'news' }, other: { topic: 'news', ...NAMED } };
    },
  },
  // Refused, as nothing was undone: what that needs is the engine's to test.
  [`${E}/compensation/retry`]: {
    async arrange(held) {
      const path = `/executions/${await held.begin()}/compensation/retry`;
      return { path, body: {}, other: { task: 'draft' } };
    },
  },
  [`${E}/compensation/skip`]: toExecution('compensation/skip', { task: 'draft' }),
  [`${E}/tasks/:task/complete`]: toExecution('tasks/draft/complete', { output: 1 }),
  [`${E}/tasks/:task/fail`]: toExecution('tasks/draft/fail'),
  [`${E}/tasks/:task/skip`]: toExecution('tasks/polish/skip'),
  [`${E}/tasks/:task/reassign`]: toExecution('tasks/draft/reassign', { to: 'writers-2' }),
  [`${E}/tasks/:task/cancel`]: toExecution('tasks/draft/cancel'),
  [`${E}/tasks/:task/items`]: toExecution('tasks/each/items', { items: [3] }, GROWING),
  [`${E}/tasks/:task/switch`]: toExecution('tasks/draft/switch', { to: 'swarm' }),
  [`${E}/tasks/:task/answer`]: toExecution('tasks/may/answer', { decision: 'approved' }, ASKING),
};
