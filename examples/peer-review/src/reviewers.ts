/** Three reviewers. Each looks at one thing, says whether it accepts, and writes to the author what it objects to. */
import { type Context, defineAgent, TerminalError } from '@cantata/sdk';
import { type Claims, computed, marksIn, type Paper } from './paper.ts';
import { type Letter, lettersAbout, type Mail, type Opinion, type Problem } from './post.ts';

const FEWEST = 6;

/** Recomputes every number, for the author and for reviewers who ask. */
export const arithmetic = defineAgent({
  description: 'Recomputes what a paper claims.',
  perform(mail: Mail, context): Opinion {
    beWell(context, 'arithmetic');
    for (const { from, letter } of lettersAbout(mail, 'question')) {
      const answer: Letter = { about: 'answer', right: wrongNumbers(letter.paper).length === 0 };
      context.team.send(from, answer);
    }
    return judged(mail, context, wrongNumbers);
  },
});

/** Every mark has a source, and every source a mark. */
export const references = defineAgent({
  description: 'Checks the sources of a paper.',
  perform(mail: Mail, context): Opinion {
    beWell(context, 'references');
    return judged(mail, context, ({ text, references: sources }) => {
      const marks = marksIn(text);
      const missing = marks.filter((mark) => sources[mark] === undefined);
      const unused = Object.keys(sources).filter((mark) => !marks.includes(mark));
      return [
        ...missing.map((mark): Problem => ({ kind: 'no_source', mark })),
        ...unused.map((mark): Problem => ({ kind: 'not_cited', mark })),
      ];
    });
  },
});

/** Counts what was measured; whether the gain follows from it, it asks who can say. */
export const method = defineAgent({
  description: 'Judges how something was found out.',
  perform(mail: Mail, context): Opinion {
    beWell(context, 'method');
    const [answer] = lettersAbout(mail, 'answer');
    const opinion = judged(mail, context, ({ control, treated }) =>
      Object.entries({ control, treated })
        .filter(([, numbers]) => numbers.length < FEWEST)
        .map(([group, numbers]): Problem => ({ kind: 'few', group, count: numbers.length })),
    );
    const paper = paperIn(mail, context);
    if (paper !== undefined) {
      const { control, treated, claims } = paper;
      const question: Letter = { about: 'question', paper: { control, treated, claims } };
      context.team.send('arithmetic', question);
    }
    // Until it is told that the numbers are right, it does not accept what is built on them.
    return { ...opinion, accepts: opinion.problems.length === 0 && (answer?.letter.right ?? false) };
  },
});

/** An opinion of the newest paper in the mail; without one, what was said before. */
function judged(mail: Mail, context: Context, find: (paper: Paper) => readonly Problem[]): Opinion {
  const paper = paperIn(mail, context);
  if (paper === undefined) return lastOpinion(context);
  const problems = find(paper);
  const letter: Letter = { about: 'problems', problems };
  if (problems.length > 0) context.team.send('author', letter);
  return { accepts: problems.length === 0, revision: paper.revision, problems };
}

function paperIn(mail: Mail, { team }: Context): Paper | undefined {
  if (lettersAbout(mail, 'paper').length === 0) return undefined;
  return team.results.findLast(({ by }) => by === 'author')?.output as Paper | undefined;
}

function lastOpinion({ team }: Context): Opinion {
  const last = team.messages.at(-1)?.output as Opinion | undefined;
  return last ?? { accepts: false, revision: 0, problems: [] };
}

function wrongNumbers(paper: Pick<Paper, 'control' | 'treated' | 'claims'>): readonly Problem[] {
  const right = computed(paper);
  return (Object.keys(right) as (keyof Claims)[])
    .filter((field) => right[field] !== paper.claims[field])
    .map((field): Problem => ({ kind: 'number', field, is: paper.claims[field], should: right[field] }));
}

function beWell({ workflow }: Context, reviewer: string): void {
  if ((workflow.input as { readonly ill: string }).ill === reviewer)
    throw new TerminalError(`${reviewer} is ill`, { code: 'ill' });
}
