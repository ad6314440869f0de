/** Researchers of a swarm. All work alike; they differ in what they vote for. */
import { type Context, defineAgent, TerminalError } from '@cantata/sdk';
import { CAUSES, type Cause, columnsOf, correlation } from './notes.ts';

export type Finding = {
  readonly cause: Cause;
  /** With what was sold. */
  readonly correlation: number;
  readonly can_be_changed: boolean;
};

interface Work {
  readonly work: Cause;
}

/** The strongest correlation. */
export const statistician = researcher((findings) => strongest(findings));

/** The strongest correlation with something that can be changed, if there is one. */
export const practitioner = researcher(
  (findings) => strongest(findings.filter(({ can_be_changed }) => can_be_changed)) ?? strongest(findings),
);

function researcher(choose: (findings: readonly Finding[]) => Finding | undefined) {
  return defineAgent({
    description: 'Looks into causes, and votes.',
    perform(input: string | Work, context) {
      const { team } = context;
      switch (team.purpose) {
        case 'call':
          // Whoever has a hand free takes it.
          team.claim((input as Work).work);
          return null;
        case 'work':
          return look((input as Work).work, context);
        case 'vote':
          return vote(choose, context);
        default:
          for (const { name, requires } of CAUSES) team.offer(name, null, { requires: [requires] });
          return `${CAUSES.length} causes are to be looked into`;
      }
    },
  });
}

function look(cause: Cause, { team, workflow }: Context): Finding {
  const { season, lost } = workflow.input as { readonly season: string; readonly lost: string };
  if (lost === cause) throw new TerminalError(`the notes on ${cause} are lost`, { code: 'notes_lost' });
  const { values, sold } = columnsOf(season, cause);
  const finding = {
    cause,
    correlation: correlation(values, sold),
    can_be_changed: CAUSES.some(({ name, canBeChanged }) => name === cause && canBeChanged),
  };
  team.write(cause, finding.correlation);
  return finding;
}

/** What all have found lies before everybody who votes. */
function vote(choose: (findings: readonly Finding[]) => Finding | undefined, { team }: Context): string {
  const findings = team.results.map(({ output }) => output as Finding);
  const chosen = choose(findings);
  if (chosen === undefined) return 'nothing was found';
  team.vote(chosen.cause, `${chosen.correlation} with what was sold`);
  return chosen.cause;
}

function strongest(findings: readonly Finding[]): Finding | undefined {
  return findings.toSorted((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation))[0];
}
