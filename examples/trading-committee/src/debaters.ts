/**
 * The bull and the bear. Each names the share of the budget that it would spend, and the view that speaks most for its
 * side. What the other one said in the round before moves it half the way, as far as that view weighs. When they are near
 * enough they say the same, the smaller share, and a debate in which all say the same is over.
 */
import { defineAgent } from '@cantata/sdk';
import type { View } from './analysts.ts';

export type Case = {
  readonly stock: string;
  readonly budget: number;
  readonly views: readonly View[];
};

export type Argument = {
  /** Of the budget, from 0 to 1. */
  readonly share: number;
  readonly because: string;
  /** How much it weighs, from 0 to 1. */
  readonly weight: number;
};

const NEAR = 0.06;
/** How much more than what the views say the bull would spend. */
const HOPE = 0.4;
/** What somebody is moved who hears nothing that weighs. */
const POLITENESS = 0.1;

export const bull = debater('bull', 1);
export const bear = debater('bear', -1);

function debater(name: string, side: 1 | -1) {
  return defineAgent({
    description: side > 0 ? 'Argues for buying.' : 'Argues against buying.',
    perform({ views }: Case, { team }): Argument {
      const own = team.results.find(({ by }) => by === name)?.output;
      const other = team.results.find(({ by }) => by !== name)?.output;
      if (own === undefined || other === undefined) return opening(views, side);
      return answer(own as Argument, other as Argument, opening(views, side));
    },
  });
}

function opening(views: readonly View[], side: 1 | -1): Argument {
  const mean = views.reduce((sum, { score }) => sum + score, 0) / views.length;
  const best = views.toSorted((a, b) => side * (b.score - a.score))[0] as View;
  const weight = Math.max(0, side * best.score);
  return {
    share: rounded(Math.max(0, Math.min(1, side > 0 ? mean + HOPE : mean))),
    because: weight === 0 ? 'nothing speaks for my side' : `${best.analyst}: ${best.because}`,
    weight,
  };
}

function answer(own: Argument, other: Argument, { because, weight }: Argument): Argument {
  if (Math.abs(own.share - other.share) <= NEAR)
    return { share: Math.min(own.share, other.share), because: 'both agree', weight: 1 };
  const moved = own.share + (other.share - own.share) * Math.max(POLITENESS, other.weight / 2);
  return { share: rounded(moved), because, weight };
}

function rounded(share: number): number {
  return Math.round(share * 100) / 100;
}
