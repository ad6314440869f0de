/**
 * Values that are too large for the log. Kept once each, whoever refers to them: a fork or a parent that gets the result
 * of its child adds a holder, and what nobody holds any more can be removed.
 */
export const blobs = `
create table blobs (
  key integer primary key,
  digest text not null unique,
  data text not null
) strict;

create table blob_holders (
  entity integer not null references entities (key),
  blob integer not null references blobs (key),
  primary key (entity, blob)
) strict, without rowid;

create index blob_holders_by_blob on blob_holders (blob);
`;
