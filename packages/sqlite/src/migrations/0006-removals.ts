/** What stays of executions that were removed: one line each, by whom and when. */
export const removals = `
create table removals (
  key integer primary key,
  execution_id text not null,
  definition integer not null references definitions (key),
  status text not null,
  sequence integer not null,
  started_at integer not null,
  completed_at integer,
  at integer not null,
  by text not null,
  reason text
) strict;
`;
