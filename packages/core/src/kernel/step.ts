/** One step of an entity: decide, evolve at once, and go on with what follows. The only place where the loop is written. */
import type { Instant } from '../ports/clock.ts';
import {
  CONTINUE,
  type Continue,
  type Decision,
  type EntityState,
  type Law,
  type Message,
  type Rejected,
  type View,
} from './law.ts';

/** Bound of the events of one step. What is left over is asked for again by a `continue` effect. */
export const MAX_EVENTS_PER_STEP = 1_000;

export interface Step<Event> {
  readonly events: readonly Event[];
  readonly messages: readonly Message[];
  /** The time the events carry: now, but never before the entity's last event. */
  readonly at: Instant;
  readonly rejection?: Rejected;
}

/** Decides a command, folds its events into `state`, and continues until nothing follows or the bound is reached. */
export function step<State extends EntityState, Command, Event extends { readonly type: string }>(
  law: Law<State, Command, Event>,
  state: State,
  command: Command | Continue,
  now: Instant,
): Step<Event> {
  const at = Math.max(now, state.lastAt);
  const first = law.decide(state as View<State>, command, at);
  if (first.kind === 'rejected') return { events: [], messages: [], at, rejection: first };
  const events: Event[] = [];
  const messages: Message[] = [];
  let next: Decision<Event> = first;
  do {
    for (const event of next.events) {
      law.evolve(state, event, at);
      events.push(event);
    }
    messages.push(...next.messages);
    if (events.length >= MAX_EVENTS_PER_STEP) {
      state.effects.push({ kind: 'continue' });
      break;
    }
    next = law.decide(state as View<State>, CONTINUE, at);
  } while (next.kind === 'accepted' && next.events.length > 0);
  return { events, messages, at };
}

/** Takes the effects that came up since the last call. */
export function drainEffects(state: EntityState): EntityState['effects'] {
  if (state.effects.length === 0) return state.effects;
  const drained = state.effects;
  state.effects = [];
  return drained;
}
