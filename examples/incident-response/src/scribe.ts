/** Writes up what happened, from what the room left behind. */
import { defineAgent } from '@cantata/sdk';
import { asBoard, type Entry } from './board.ts';

interface Left {
  readonly outcome: string;
  readonly board: readonly Entry[];
}

export const scribe = defineAgent({
  description: 'Writes up an incident.',
  perform({ outcome, board }: Left, { workflow }) {
    const { service } = workflow.input as { readonly service: string };
    const { symptom, proposal } = asBoard(board);
    const lines = [
      symptom === undefined
        ? `Nothing unusual was seen of ${service}.`
        : `Since ${symptom.since} up to ${symptom.perCent} % of the requests to ${service} failed.`,
      ...(proposal === undefined ? [] : [`Cause: ${proposal.cause}.`, `${proposal.remedy}: ${outcome}.`]),
    ];
    return {
      service,
      outcome,
      summary: lines.join(' '),
      found_by: board.map(({ key, by }) => `${key}: ${by}`),
    };
  },
});
