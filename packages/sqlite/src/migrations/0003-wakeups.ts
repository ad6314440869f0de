/**
 * What sleeps, and until when. That an execution sleeps is part of its status here: the index by status then tells the
 * few that are awake from the many that are not, and a row whose status stays touches no index, as before.
 */
export const wakeups = `
create table wakeups (
  entity integer primary key references entities (key),
  shard integer not null,
  at integer
) strict;

-- The entity is the row's own key, so it is in the index already, behind the time.
create index wakeups_by_time on wakeups (at) where at is not null;

create table statuses_with_sleep (
  key integer primary key,
  name text not null,
  asleep integer not null default 0,
  unique (name, asleep)
) strict;

insert into statuses_with_sleep select key, name, 0 from statuses;
drop table statuses;
alter table statuses_with_sleep rename to statuses;
`;
