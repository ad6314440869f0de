/** Sends the paper to all reviewers, mends what they find, and sends it again to those who found something. */
import { defineAgent, TerminalError } from '@cantata/sdk';
import { PAPERS, type Paper } from './paper.ts';
import { type Letter, lettersAbout, type Mail, type Problem } from './post.ts';

const REVIEWERS = ['arithmetic', 'references', 'method'];

export const author = defineAgent({
  description: 'Writes a paper and mends it.',
  perform(input: string | Mail, { team, workflow }): Paper {
    const send = (to: readonly string[], paper: Paper): Paper => {
      const letter: Letter = { about: 'paper', revision: paper.revision };
      for (const reviewer of to) team.send(reviewer, letter);
      return paper;
    };
    if (typeof input === 'string') {
      const paper = PAPERS[input];
      if (paper === undefined) throw new TerminalError(`there is no paper ${input}`, { code: 'no_paper' });
      return send(REVIEWERS, paper);
    }
    const last = team.messages.at(-1)?.output as Paper;
    const found = lettersAbout(input, 'problems');
    const { stubborn } = workflow.input as { readonly stubborn: boolean };
    if (found.length === 0 || stubborn) return last;
    const problems = found.flatMap(({ letter }) => letter.problems);
    const mended = { ...problems.reduce(withoutProblem, last), revision: last.revision + 1 };
    const to = new Set(found.map(({ from }) => from));
    // Whoever builds on the numbers is told when they have changed.
    if (problems.some(({ kind }) => kind === 'number')) to.add('method');
    return send([...to], mended);
  },
});

function withoutProblem(paper: Paper, problem: Problem): Paper {
  switch (problem.kind) {
    case 'number':
      return { ...paper, claims: { ...paper.claims, [problem.field]: problem.should } };
    case 'no_source':
      // What cannot be shown is not said.
      return {
        ...paper,
        text: paper.text.replace(new RegExp(`,? ?(?:and )?for \\w+ \\[${problem.mark}\\]`), ''),
      };
    case 'not_cited': {
      const { [problem.mark]: _, ...references } = paper.references;
      return { ...paper, references };
    }
    case 'few':
      // No pen can mend that.
      return paper;
    default:
      return problem satisfies never;
  }
}
