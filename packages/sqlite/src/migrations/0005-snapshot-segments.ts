/** Parts of large states: each is there once, however many snapshots of its entity have it. */
export const snapshotSegments = `
create table snapshot_segments (
  key integer primary key,
  entity text not null,
  digest text not null,
  data text not null,
  unique (entity, digest)
) strict;

create table snapshot_parts (
  snapshot integer not null references snapshots (key),
  place integer not null,
  segment integer not null references snapshot_segments (key),
  primary key (snapshot, place)
) strict, without rowid;
`;
