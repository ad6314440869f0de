/** A warehouse: bids for an order by its way and weight, and packs what it is awarded. */
import { type AgentDefinition, defineAgent } from '@cantata/sdk';

export interface Order {
  readonly order: string;
  /** Where it goes, on the map of the company. */
  readonly to: readonly [x: number, y: number];
  readonly kg: number;
  readonly day: number;
}

export interface Packed {
  readonly order: string;
  readonly from: string;
  readonly cost: number;
}

interface Settings {
  readonly name: string;
  readonly at: readonly [x: number, y: number];
  /** Euros; the way costs two a unit. */
  readonly perKg: number;
  /** More is too heavy for its scales. */
  readonly maxKg?: number;
  /** The day on which its conveyor belt stands still. */
  readonly brokenOn?: number;
}

const PER_UNIT = 2;

export function warehouse({ name, at, perKg, maxKg = Infinity, brokenOn }: Settings): AgentDefinition {
  const costOf = ({ to, kg }: Order): number =>
    Math.round((PER_UNIT * Math.hypot(to[0] - at[0], to[1] - at[1]) + perKg * kg) * 100) / 100;
  return defineAgent({
    description: `The warehouse ${name}: bids for orders and packs them.`,
    perform(wanted: Order, { team }): Packed | string {
      if (team.purpose === 'bid') {
        if (wanted.kg > maxKg) return `${wanted.kg} kg are too heavy here`;
        team.bid('task', costOf(wanted));
        return 'a bid';
      }
      // Not a `TerminalError`, which would be an answer like another: this says that the agent is not well.
      if (wanted.day === brokenOn) throw new Error(`the conveyor belt of ${name} stands still`);
      return { order: wanted.order, from: name, cost: costOf(wanted) };
    },
  });
}
