/** From the pieces of a script to a program whose document compiles. */
import { CantataError, type Plan } from '@cantata/core';
import { compile } from '@cantata/definition';
import { Dice } from '../dice.ts';
import { narrow } from './programs/coordination.ts';
import { CONSTRUCTS } from './programs/index.ts';
import { Program } from './programs/program.ts';
import type { Piece } from './script.ts';

export interface Composed {
  readonly program: Program;
  readonly plan: Plan;
  /** Pieces that had to be left out: with them the document would not compile. */
  readonly refused: readonly (Piece & { readonly why: string })[];
}

const BY_NAME = new Map(CONSTRUCTS.map((construct) => [construct.name, construct]));

/** A program without a task gets one. @throws whatever a construct throws, which is its bug */
export function compose(name: string, pieces: readonly Piece[], version: string = '1.0.0'): Composed {
  const whole = programOf(name, pieces, version);
  const plan = planOf(whole);
  if (!(plan instanceof CantataError)) return { program: whole, plan, refused: [] };
  return pieceByPiece(name, pieces, version);
}

/** The slow way, for the few whose pieces do not go together: each is tried with those that were kept. */
function pieceByPiece(name: string, pieces: readonly Piece[], version: string): Composed {
  const kept: Piece[] = [];
  const refused: (Piece & { readonly why: string })[] = [];
  for (const piece of pieces) {
    const plan = planOf(programOf(name, [...kept, piece], version));
    if (plan instanceof CantataError) refused.push({ ...piece, why: plan.message });
    else kept.push(piece);
  }
  const program = programOf(name, kept, version);
  const plan = planOf(program);
  if (plan instanceof CantataError) throw plan;
  return { program, plan, refused };
}

function programOf(name: string, pieces: readonly Piece[], version: string): Program {
  const program = new Program(name, version);
  for (const { construct, seed } of pieces) BY_NAME.get(construct)?.add(program, new Dice(seed));
  if (program.tasks.length === 0) program.task(new Dice(0));
  narrow(program);
  return program;
}

function planOf({ document }: Program): Plan | CantataError {
  try {
    return compile(document);
  } catch (error) {
    if (error instanceof CantataError) return error;
    throw error;
  }
}
