/** One step of an entity: decide, evolve at once, and go on with what follows. The only place where the loop is written. */
import type { Json } from '../json.ts';
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
import { type Keep, ValuesMissing } from './values.ts';

/** Bound of the events of one step. What is left over is asked for again by a `continue` effect. */
export const MAX_EVENTS_PER_STEP = 1_000;

export interface Step<Event> {
  readonly events: readonly Event[];
  readonly messages: readonly Message[];
  /** The time the events carry: now, but never before the entity's last event. */
  readonly at: Instant;
  readonly rejection?: Rejected;
  /** Digests of what must be at hand before the command can be decided. Then nothing has happened. */
  readonly missing?: readonly string[];
}

/**
 * Decides a command, folds its events into `state`, and continues until nothing follows, the bound is reached, or a value
 * is missing. `keep` puts large values aside before the event that was made of them counts.
 */
export function step<State extends EntityState, Command, Event extends { readonly type: string }>(
  law: Law<State, Command, Event>,
  state: State,
  command: Command | Continue,
  now: Instant,
  keep?: Keep,
): Step<Event> {
  const at = Math.max(now, state.lastAt);
  const first = decideUnlessMissing(law, state, command, at);
  if (first instanceof ValuesMissing) return { events: [], messages: [], at, missing: first.digests };
  if (first.kind === 'rejected') return { events: [], messages: [], at, rejection: first };
  const events: Event[] = [];
  const messages: Message[] = [];
  let next: Decision<Event> = first;
  do {
    for (const decided of next.events) {
      const event = keep === undefined ? decided : withKept(law, decided, keep);
      law.evolve(state, event, at);
      events.push(event);
    }
    messages.push(...next.messages);
    if (events.length >= MAX_EVENTS_PER_STEP) {
      state.effects.push({ kind: 'continue' });
      break;
    }
    const following = decideUnlessMissing(law, state, CONTINUE, at);
    if (following instanceof ValuesMissing) {
      state.effects.push({ kind: 'continue' });
      break;
    }
    next = following;
  } while (next.kind === 'accepted' && next.events.length > 0);
  return { events, messages, at };
}

function decideUnlessMissing<State extends EntityState, Command, Event extends { readonly type: string }>(
  law: Law<State, Command, Event>,
  state: State,
  command: Command | Continue,
  at: Instant,
): Decision<Event> | ValuesMissing {
  try {
    return law.decide(state as View<State>, command, at);
  } catch (error) {
    if (error instanceof ValuesMissing) return error;
    throw error;
  }
}

function withKept<State extends EntityState, Command, Event extends { readonly type: string }>(
  { values }: Law<State, Command, Event>,
  event: Event,
  keep: Keep,
): Event {
  const places: Record<string, Json> = {};
  let isKept = false;
  for (const field of values?.[event.type] ?? []) {
    const value = (event as Readonly<Record<string, Json | undefined>>)[field];
    if (value === undefined) continue;
    const place = keep(value);
    if (place === value) continue;
    places[field] = place;
    isKept = true;
  }
  return isKept ? { ...event, ...places } : event;
}

/** Takes the effects that came up since the last call. */
export function drainEffects(state: EntityState): EntityState['effects'] {
  if (state.effects.length === 0) return state.effects;
  const drained = state.effects;
  state.effects = [];
  return drained;
}
