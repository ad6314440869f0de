/** The input of a run from what was typed: JSON, a file, standard input, and single values on top. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Json, JsonObject } from '@cantata/core';
import { EXIT } from './exit.ts';
import { Failure } from './failure.ts';

const STDIN = 0;

export interface InputOptions {
  /** JSON, `@file` or `-`. */
  readonly input?: string;
  /** `key=value`, with dots for what lies deeper. */
  readonly set?: readonly string[];
}

/** An empty object where nothing is given. @throws Failure `input_invalid`. */
export function readInput(cwd: string, { input, set = [] }: InputOptions): Json {
  const whole = input === undefined ? {} : readJson(cwd, input, '--input');
  if (set.length === 0) return whole;
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) {
    throw invalid('--set needs an input that is an object');
  }
  return set.reduce<JsonObject>((object, assignment) => assign(object, assignment), whole as JsonObject);
}

/** JSON, `@file` or `-`, as it was given with an option. @throws Failure `input_invalid`. */
export function readJson(cwd: string, text: string, option: string): Json {
  return parse(...source(cwd, text, option), option);
}

function source(cwd: string, input: string, option: string): readonly [text: string, where: string] {
  if (input === '-') return [readFileSync(STDIN, 'utf8'), 'standard input'];
  if (!input.startsWith('@')) return [input, option];
  const file = input.slice(1);
  try {
    return [readFileSync(resolve(cwd, file), 'utf8'), file];
  } catch (error) {
    throw invalid(`the input file ${file} cannot be read: ${(error as Error).message}`);
  }
}

function parse(text: string, where: string, option: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw invalid(
      `${where} is not JSON: ${(error as Error).message}`,
      `For example: ${option} '{"topic": "autumn"}'`,
    );
  }
}

function assign(object: JsonObject, assignment: string): JsonObject {
  const equals = assignment.indexOf('=');
  const path = assignment.slice(0, Math.max(0, equals)).split('.');
  if (path.some((key) => key === '' || key === '__proto__')) {
    throw invalid(
      `--set ${assignment}: write key=value, with dots for what lies deeper: --set limits.words=200`,
    );
  }
  return put(object, path, value(assignment.slice(equals + 1)), assignment);
}

function put(
  object: JsonObject,
  [key = '', ...rest]: readonly string[],
  to: Json,
  assignment: string,
): JsonObject {
  if (rest.length === 0) return { ...object, [key]: to };
  const inner = Object.hasOwn(object, key) ? object[key] : {};
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) {
    throw invalid(`--set ${assignment}: ${key} is not an object`);
  }
  return { ...object, [key]: put(inner as JsonObject, rest, to, assignment) };
}

/** JSON where it is JSON, else the text itself: numbers and lists need no quotes, words neither. */
function value(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function invalid(message: string, ...help: readonly string[]): Failure {
  return new Failure('input_invalid', message, { exit: EXIT.invalid, help });
}
