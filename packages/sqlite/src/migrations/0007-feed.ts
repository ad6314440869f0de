/**
 * Where in the order of all events those of a removed execution ended: who reads on from before it has missed something.
 * Of those that were removed already nobody knows; they count as if they had ended with what is there now.
 */
export const feed = `
alter table removals add column "offset" integer not null default 0;
update removals set "offset" = coalesce((select max(id) from events), 0);
create index removals_by_offset on removals ("offset");
create index removals_by_definition on removals (definition, "offset");
create index removals_by_execution on removals (execution_id);
`;
