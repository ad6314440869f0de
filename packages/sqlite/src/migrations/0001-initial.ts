/**
 * The first schema. Why it looks like this, with the measured alternatives: docs/adr/0001-embedded-store.md.
 *
 * Rows are narrow: ids that repeat are integers through a small table, nothing is stored twice, and the shard of an
 * entity is not stored at all where its id tells it.
 */
import { SHARD_COUNT } from '@cantata/core';

export const initial = `
create table meta (
  key text primary key,
  value integer not null
) strict, without rowid;

insert into meta values ('shard_count', ${SHARD_COUNT});

-- ------------------------------------------------------------------ leases

create table owners (
  key integer primary key,
  id text not null unique,
  host text not null,
  pid integer not null,
  expires_at integer not null
) strict;

-- The fence and the end of each shard's log: one page that every commit reads and writes.
create table shards (
  shard integer primary key,
  epoch integer not null default 0,
  owner integer references owners (key),
  position integer not null default 0,
  event integer
) strict;

insert into shards (shard)
with recursive number (n) as (select 0 union all select n + 1 from number where n < ${SHARD_COUNT - 1})
select n from number;

-- ------------------------------------------------------------------ log

create table entities (key integer primary key, id text not null unique) strict;
create table event_types (key integer primary key, name text not null unique) strict;

-- In the order of the commits: appending touches the last page only. Each event knows the one before it in its shard.
create table events (
  id integer primary key,
  entity integer not null references entities (key),
  sequence integer not null,
  position integer not null,
  previous integer,
  at integer not null,
  type integer not null references event_types (key),
  schema integer not null,
  causation text not null,
  actor text not null,
  traceparent text,
  data text not null
) strict;

create unique index events_by_entity on events (entity, sequence);

-- Every 64th event of a shard: where a reader enters the chain of \`previous\`.
create table waypoints (
  shard integer not null,
  position integer not null,
  event integer not null,
  primary key (shard, position)
) strict, without rowid;

create table snapshots (
  key integer primary key,
  entity text not null,
  sequence integer not null,
  checkpoint_id text not null,
  at integer not null,
  checksum text not null,
  state text not null,
  unique (entity, sequence)
) strict;

-- ------------------------------------------------------------------ inbox

create table inbox (
  key integer primary key,
  id text not null unique,
  tenant text not null,
  entity text not null,
  shard integer not null,
  at integer not null,
  type text not null,
  causation text not null,
  actor text not null,
  traceparent text,
  replies integer not null,
  data text not null
) strict;

create index inbox_by_shard on inbox (shard);
create index inbox_by_entity on inbox (entity);

-- Ids of messages that were dealt with, so that none comes back; with an outcome where somebody asks for it.
create table outcomes (
  id text primary key,
  at integer,
  outcome text
) strict, without rowid;

-- ------------------------------------------------------------------ workflows and executions

create table workflows (
  key integer primary key,
  id text not null unique,
  tenant text not null,
  name text not null,
  unique (tenant, name)
) strict;

create table workflow_versions (
  key integer primary key,
  workflow integer not null references workflows (key),
  version text not null,
  pattern text not null,
  digest text not null,
  document text not null,
  created_at integer not null,
  unique (workflow, version)
) strict;

create index workflow_versions_by_digest on workflow_versions (digest);

-- What an execution was started from: the same five texts for all runs of a version.
create table definitions (
  key integer primary key,
  tenant text not null,
  workflow_id text not null,
  name text not null,
  version text not null,
  digest text not null,
  unique (tenant, workflow_id, name, version, digest)
) strict;

create table statuses (key integer primary key, name text not null unique) strict;

create table executions (
  execution_id text primary key,
  definition integer not null references definitions (key),
  status integer not null references statuses (key),
  phase text not null,
  tasks_total integer not null,
  tasks_completed integer not null,
  tasks_failed integer not null,
  sequence integer not null,
  started_at integer not null,
  completed_at integer,
  reason text,
  parked integer not null
) strict, without rowid;

create index executions_by_status on executions (status, definition);
`;
