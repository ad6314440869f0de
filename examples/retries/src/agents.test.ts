import { testAgent } from '@cantata/sdk';
import { expect, test } from 'vitest';
import config from '../cantata.config.ts';

const { station_agent, closed_station_agent, writer_agent } = config.agents;

test('the station fails twice, wants to be asked again, and answers', async () => {
  const attempts = [1, 2, 3].map((attempt) => testAgent(station_agent, null, { attempt }));
  const [first, second, third] = await Promise.all(attempts);
  expect(first?.outcome).toMatchObject({
    kind: 'failed',
    error: { code: 'station_silent', retry: 'wanted' },
  });
  expect(second?.outcome).toMatchObject({
    kind: 'failed',
    error: { code: 'station_silent', retry: 'wanted' },
  });
  expect(third?.output).toEqual({ celsius: 21.5, attempts: 3 });
});

test('the closed station fails for good, with the reason', async () => {
  const { outcome } = await testAgent(closed_station_agent, null);
  expect(outcome).toEqual({
    kind: 'failed',
    error: {
      code: 'station_closed',
      message: 'the station was closed in 1987; choose another',
      retry: 'never',
    },
  });
});

test('the writer writes', async () => {
  const { output } = await testAgent(writer_agent, { celsius: 21.5, attempts: 3 });
  expect(output).toEqual({ text: 'It is 21.5 °C. The station was asked 3 times.' });
});
