/** Declarative patterns that were registered. */
export const patterns = `
create table patterns (
  key integer primary key,
  tenant text not null,
  name text not null,
  version text not null,
  digest text not null,
  document text not null,
  created_at integer not null,
  unique (tenant, name, version)
) strict;
`;
