/** What a single value must be: its type, one of a few, within bounds, of a form. */
import type { Json } from '@cantata/core';
import { didYouMean } from '../../hint.ts';
import { isFound, stepsToSearch, whyNotRegex } from '../../regex.ts';
import type { Place } from '../../shape/place.ts';
import { isList } from '../../shape/reader.ts';
import { quote } from '../../shape/words.ts';
import { equal } from '../equal.ts';
import type { Keyword } from '../keywords.ts';
import type { Rule } from '../run.ts';
import { called, either, TYPES, type TypeName, written } from '../words.ts';
import { countOf, numberOf, wrong } from './values.ts';

export const SCALARS: Readonly<Record<string, Keyword>> = {
  type(value, at) {
    const names = isList(value) ? value : [value];
    const types = names.map((name, index) => typeOf(name, isList(value) ? at.child(index) : at));
    const known = types.filter((name) => name !== undefined);
    if (known.length < types.length || known.length === 0) {
      return known.length === 0 && isList(value) && value.length === 0
        ? wrong(value, at, 'a list of types')
        : undefined;
    }
    const expected = either(known.map((name) => TYPES[name]));
    return (instance, run) =>
      known.some((name) => isOf(name, instance)) ||
      run.fail(`should be ${expected}, but is ${called(instance)}`);
  },

  enum(value, at) {
    if (!isList(value) || value.length === 0) return wrong(value, at, 'a list of values');
    const expected = either(value.slice(0, 10).map(written)) + (value.length > 10 ? ' …' : '');
    return (instance, run) =>
      value.some((one) => equal(one, instance, run)) ||
      run.fail(`should be ${expected}, but is ${called(instance)}`);
  },

  const(value) {
    return (instance, run) =>
      equal(value, instance, run) || run.fail(`should be ${written(value)}, but is ${called(instance)}`);
  },

  minimum: bound('at least', (value, limit) => value >= limit),
  maximum: bound('at most', (value, limit) => value <= limit),
  exclusiveMinimum: bound('more than', (value, limit) => value > limit),
  exclusiveMaximum: bound('less than', (value, limit) => value < limit),

  multipleOf(value, at) {
    const unit = numberOf(value, at);
    if (unit === undefined) return undefined;
    if (unit <= 0) return wrong(value, at, 'a number above 0');
    return onNumbers(
      (instance, run) => isMultiple(instance, unit) || run.fail(`should be a multiple of ${unit}`),
    );
  },

  minLength(value, at) {
    const min = countOf(value, at);
    if (min === undefined) return undefined;
    return onTexts((text, run) => {
      run.spend(text.length >> 8);
      return lengthOf(text) >= min || run.fail(`should have at least ${min} characters`);
    });
  },

  maxLength(value, at) {
    const max = countOf(value, at);
    if (max === undefined) return undefined;
    return onTexts((text, run) => {
      run.spend(text.length >> 8);
      return lengthOf(text) <= max || run.fail(`should have at most ${max} characters`);
    });
  },

  pattern(value, at) {
    const pattern = patternOf(value, at);
    if (pattern === undefined) return undefined;
    return onTexts((text, run) => {
      run.spend(stepsToSearch(pattern, text));
      return isFound(pattern, text) || run.fail(`should match ${quote(pattern)}, but is ${called(text)}`);
    });
  },
};

/** A regular expression that can be searched in linear time. */
export function patternOf(value: Json, at: Place): string | undefined {
  if (typeof value !== 'string') return wrong(value, at, 'a regular expression');
  const why = whyNotRegex(value);
  return why === undefined ? value : at.report('pattern_invalid', why.message, { hint: why.hint });
}

function typeOf(name: Json, at: Place): TypeName | undefined {
  const names = Object.keys(TYPES);
  if (typeof name !== 'string') return wrong(name, at, 'the name of a type');
  if (names.includes(name)) return name as TypeName;
  const hint = WORDS[name] === undefined ? didYouMean(name, names) : `write ${WORDS[name]}`;
  return at.report('schema_invalid', `${quote(name)} is no type of JSON Schema`, { hint });
}

/** What other languages call them. */
const WORDS: Readonly<Partial<Record<string, string>>> = {
  __proto__: undefined,
  text: 'string',
  str: 'string',
  int: 'integer',
  float: 'number',
  double: 'number',
  bool: 'boolean',
  list: 'array',
  mapping: 'object',
  dict: 'object',
  map: 'object',
};

function isOf(type: TypeName, value: Json): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function bound(words: string, holds: (value: number, limit: number) => boolean): Keyword {
  return (value, at) => {
    const hint = typeof value === 'boolean' ? 'write the bound itself here' : undefined;
    if (typeof value !== 'number') return wrong(value, at, 'a number', hint);
    return onNumbers(
      (instance, run) =>
        holds(instance, value) || run.fail(`should be ${words} ${value}, but is ${instance}`),
    );
  };
}

/** Up to what is lost in the last digit: 0.3 is a multiple of 0.1. */
function isMultiple(value: number, unit: number): boolean {
  if (value % unit === 0) return true;
  const times = value / unit;
  return Number.isFinite(times) && Math.abs(times - Math.round(times)) <= Math.abs(times) * 2 ** -51;
}

/** In code points, as the standard counts. */
function lengthOf(text: string): number {
  let pairs = 0;
  for (let i = 1; i < text.length; i++) {
    const isPair = (text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800;
    if (isPair) pairs++;
  }
  return text.length - pairs;
}

function onNumbers(rule: (value: number, run: Parameters<Rule>[1]) => boolean): Rule {
  return (value, run) => typeof value !== 'number' || rule(value, run);
}

function onTexts(rule: (value: string, run: Parameters<Rule>[1]) => boolean): Rule {
  return (value, run) => typeof value !== 'string' || rule(value, run);
}
