import { expect, test } from 'vitest';
import { supervisor } from './supervisor.ts';
import { inRole, seatIds, teamOf } from './team.ts';

const group = (name: string, more: object = {}) => ({ name, count: 1, capabilities: [], ...more });
const roles = (groups: readonly ReturnType<typeof group>[], opener?: string) =>
  teamOf(supervisor, groups, opener).members.map(({ name, role }) => [name, role]);

test('a group has the role it declares, else the one it is called like, else that of who opens, else the last', () => {
  expect(roles([group('a', { role: 'supervisor' }), group('b')])).toEqual([
    ['a', 'supervisor'],
    ['b', 'worker'],
  ]);
  expect(roles([group('supervisor'), group('b')], 'b')).toEqual([
    ['supervisor', 'supervisor'],
    ['b', 'worker'],
  ]);
  expect(roles([group('a'), group('b')], 'b')).toEqual([
    ['a', 'worker'],
    ['b', 'supervisor'],
  ]);
  expect(roles([group('a', { role: 'cook' })])).toEqual([['a', 'worker']]);
});

test('members are found by the names of groups and the ids of seats', () => {
  const { byName, members } = teamOf(
    supervisor,
    [group('a', { count: 2, reportsTo: 'b', weight: 3 })],
    undefined,
  );
  expect(byName.get('a-2')).toBe(members[0]);
  expect(byName.get('a')).toMatchObject({ reportsTo: 'b', weight: 3 });
  expect(inRole({ members, byName }, 'worker')).toHaveLength(1);
  expect(seatIds({ name: 'one', count: 1 })).toEqual(['one']);
});
