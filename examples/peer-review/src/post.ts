/** What peers write to each other. The paper itself goes along as the answer of whoever wrote. */
import type { Claims, Paper } from './paper.ts';

export type Letter =
  | { readonly about: 'paper'; readonly revision: number }
  | { readonly about: 'problems'; readonly problems: readonly Problem[] }
  /** Between reviewers: does the gain follow from the measurements? */
  | { readonly about: 'question'; readonly paper: Pick<Paper, 'control' | 'treated' | 'claims'> }
  | { readonly about: 'answer'; readonly right: boolean };

export type Problem =
  | { readonly kind: 'number'; readonly field: keyof Claims; readonly is: number; readonly should: number }
  | { readonly kind: 'no_source'; readonly mark: string }
  | { readonly kind: 'not_cited'; readonly mark: string }
  | { readonly kind: 'few'; readonly group: string; readonly count: number };

export interface Mail {
  readonly messages: readonly Message[];
}

export interface Message {
  readonly from: string;
  /** Missing where the one that was written to has failed. */
  readonly data?: Letter;
  readonly failed?: boolean;
}

/** Its letters of one kind, with who wrote them. */
export function lettersAbout<About extends Letter['about']>(
  { messages }: Mail,
  about: About,
): readonly { readonly from: string; readonly letter: Extract<Letter, { readonly about: About }> }[] {
  return messages.flatMap(({ from, data }) =>
    data?.about === about ? [{ from, letter: data as Extract<Letter, { readonly about: About }> }] : [],
  );
}

/** What a reviewer says of the paper as far as it knows. */
export type Opinion = {
  readonly accepts: boolean;
  readonly revision: number;
  readonly problems: readonly Problem[];
};
