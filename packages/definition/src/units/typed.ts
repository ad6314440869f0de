/** Amounts that are typed outside of a document, on a command line or in a test for example, in the units of the language. */
import { Findings } from '../findings.ts';
import { Place } from '../shape/place.ts';
import type { Reader } from '../shape/reader.ts';
import { cpu } from './cpu.ts';
import { duration } from './duration.ts';
import { memory } from './memory.ts';

/** The amount, or why the text is none. */
export type Typed = { readonly amount: number } | { readonly problem: string };

/** `2 cores`, `500m`, 0.5: thousandths of a core. `name` is what the problem calls it. */
export function typedCpu(text: string | number, name: string): Typed {
  return typed(cpu, text, name);
}

/** `4GB`, `1.5Gi`, 4000000000: bytes. `name` is what the problem calls it. */
export function typedMemory(text: string | number, name: string): Typed {
  return typed(memory, text, name);
}

/** `5m`, `1h30m`: milliseconds. `name` is what the problem calls it. */
export function typedDuration(text: string, name: string): Typed {
  return typed(duration, text, name);
}

function typed(reader: Reader<number>, text: string | number, name: string): Typed {
  const findings = new Findings();
  const amount = reader.read(text, Place.root(findings).child(name));
  if (amount !== undefined) return { amount };
  return { problem: findings.list.map(({ message }) => message).join('; ') };
}
