/** What is to stop a team can come true in it. */
import { type AskKind, FIGURE_NAMES, type Pattern, type Team } from '@cantata/core';
import { typeWords } from '../expressions/cel/type-words.ts';
import { didYouMean } from '../hint.ts';
import { conditionsOf, type StopDraft } from '../language/stop.ts';
import type { Place } from '../shape/place.ts';
import { quote } from '../shape/words.ts';

export function checkStop(stop: StopDraft, { asks, name }: Pattern, team: Team, at: Place): void {
  const needs = (ask: AskKind, key: string, place: Place, what: string): boolean => {
    if (asks.includes(ask)) return true;
    place.child(key).report('team_invalid', `the pattern ${name} knows no ${what}`, {
      at: 'key',
      hint: 'remove the condition',
    });
    return false;
  };
  for (const { draft, at: place } of conditionsOf(stop, at)) {
    const { when, quorum, hand_off_to: to } = draft;
    if (quorum !== undefined && needs('vote', 'quorum', place, 'votes')) checkQuorum(quorum, team, place);
    if (to !== undefined && needs('hand_off', 'hand_off_to', place, 'hand-offs') && !team.byName.has(to))
      place.child('hand_off_to').report('team_invalid', `${quote(to)} is not of the team`, {
        hint: didYouMean(to, team.byName.keys()),
      });
    if (when !== undefined) checkWhen(when.placed);
  }
}

function checkQuorum(quorum: number, { members }: Team, place: Place): void {
  const seats = members.reduce((sum, member) => sum + member.seats.length, 0);
  if (quorum <= seats) return;
  const message = `a quorum of ${quorum} votes is never reached, for the seats of the team are ${seats}`;
  place.child('quorum').report('team_invalid', message, { hint: 'each seat has one vote' });
}

/** In its text: there is no schema of what it reads. */
const FIGURE = /\bfigures\.([A-Za-z_][A-Za-z0-9_]*)/g;

export function checkWhen({ expression, at, offset }: NonNullable<StopDraft['when']>['placed']): void {
  for (const { 1: name = '', index } of expression.source.matchAll(FIGURE)) {
    if ((FIGURE_NAMES as readonly string[]).includes(name)) continue;
    const hint = didYouMean(name, FIGURE_NAMES);
    const within = offset + index + 'figures.'.length;
    at.report('expression_unknown_name', `${quote(name)} is no figure of a team`, { within, hint });
  }
  const { checked } = expression;
  if (checked.kind === 'wrong') {
    const { code, message, hint, offset: within } = checked.issue;
    at.report(code, message, { hint, within: offset + within });
  } else if (expression.isConstant) {
    const hint = 'write what of `output`, `turn` or `figures` it goes by, or remove it';
    at.report('team_invalid', `${at.label} is the same whatever has happened`, { within: offset, hint });
  } else if (checked.type !== 'bool' && checked.type !== 'dyn') {
    const message = `${at.label} should be true or false, but is ${typeWords(checked.type)}`;
    at.report('expression_type_wrong', message, {
      within: offset,
      hint: 'compare it with something',
    });
  }
}
