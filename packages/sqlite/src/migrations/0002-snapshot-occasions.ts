/**
 * Why a snapshot was written decides how many of its kind are kept. Of those that exist nobody knows: they count as asked
 * for, of which the newest ten of an entity stay.
 */
export const snapshotOccasions = `
alter table snapshots add column occasion text not null default 'asked';
`;
