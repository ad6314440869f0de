/**
 * Requests that may come twice, and how they were answered. What was dealt with is forgotten by its age, and so are ids of
 * messages: they are found by their times.
 */
export const requests = `
create table requests (
  key integer primary key,
  id text not null unique,
  tenant text not null,
  name text not null,
  digest text not null,
  at integer not null,
  status integer,
  headers text,
  body text,
  unique (tenant, name)
) strict;

create index requests_by_time on requests (at);
create index outcomes_by_time on outcomes (at) where at is not null;
`;
