/** Executions by the times of their ends, for whoever removes what is old. Of those that are open there is nothing in it. */
export const ends = `
create index executions_by_end on executions (completed_at, execution_id) where completed_at is not null;
`;
