import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Service, startService, workflow } from './world.suite.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

const validate = (body: unknown) => service.call('POST', '/api/v1/workflows/validate', body);

test('a workflow that can run is told what it would take, and is not stored', async () => {
  expect(await validate(workflow())).toMatchObject({
    status: 200,
    body: { valid: true, validation_report: { valid: true, tasks: 2 }, estimated_resources: { seats: 2 } },
  });
  expect((await service.call('GET', '/api/v1/workflows')).body.items).toEqual([]);
});

test('one that cannot run is told all its problems, with 200', async () => {
  const answer = await validate(
    workflow('x', '1', {
      tasks: [
        { id: 'a', agent: 'none' },
        { id: 'a', agent: 'writers' },
      ],
    }),
  );
  expect(answer).toMatchObject({ status: 200, body: { valid: false, estimated_resources: null } });
  expect(answer.body.validation_report.problems.map(({ code }: { code: string }) => code)).toEqual(
    expect.arrayContaining(['agent_unknown', 'task_repeated']),
  );
});

test.each(['[]', '{"orchestration_pattern":'])('%s is no workflow: 400', async (text) => {
  const answer = await service.call('POST', '/api/v1/workflows/validate', text, {
    'content-type': 'application/json',
  });
  expect(answer).toMatchObject({ status: 400, body: { code: 'definition_unreadable' } });
});

test('an agent type that nobody performs here is worth a notice, and no more', async () => {
  await service.close();
  service = await startService({ agents: { where: 'the test', find: () => undefined } });
  const notice = {
    code: 'agent_type_unbound',
    severity: 'notice',
    path: 'agents.writers.type',
    message: expect.stringContaining('`writer`') as string,
  };
  const report = { valid: true, problems: [notice] };
  expect(await validate(workflow())).toMatchObject({ status: 200, body: { validation_report: report } });
  expect(await service.call('POST', '/api/v1/workflows', workflow())).toMatchObject({
    status: 201,
    body: { validation_report: report },
  });
});
