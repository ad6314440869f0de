/** Patterns: what a workflow may name, and what each lets it choose. */
import { iso, type Pattern, type PatternVersion } from '@cantata/core';
import { z } from 'zod';
import { AnyObject, list, Timestamp } from './common.ts';
import { DocumentProblem } from './workflows.ts';

/** `built_in`: comes with Cantata. `configured`: by the operator's configuration. `registered`: over the API. */
const SOURCES = ['built_in', 'configured', 'registered'] as const;
export type PatternSource = (typeof SOURCES)[number];

const Role = z
  .object({
    name: z.string(),
    summary: z.string(),
    least: z.int().describe('groups that must have it'),
    most: z.int().nullable().describe('groups that may; null for any number'),
    opens: z.boolean().describe('the group to which the task is given has it'),
  })
  .meta({ id: 'PatternRole' });

const Limits = z
  .object({
    turns: z.int(),
    hand_offs: z.int(),
    repeats: z.int().describe('how often the same sequence of steps may follow itself'),
    stall: z.int().describe('steps in a row without progress'),
    wall_time_ms: z.number(),
    on_limit: z.enum(['complete', 'fail']).describe('with what there is, or not at all'),
  })
  .meta({ id: 'PatternLimits' });

export const PatternEntry = z
  .object({
    name: z.string(),
    version: z.string(),
    summary: z.string(),
    source: z.enum(SOURCES),
    roles: list(Role),
    options: AnyObject.describe('a JSON Schema, with defaults'),
    limits: Limits.describe('guards, with what holds unless the document says otherwise'),
    asks: list(z.string()).describe('what its agents may ask for'),
  })
  .meta({ id: 'Pattern' });

export const PatternVersionRow = z
  .object({
    name: z.string(),
    version: z.string(),
    source: z.enum(SOURCES),
    digest: z
      .string()
      .nullable()
      .describe('SHA-256 of the document, in hex; null of one that was not registered'),
    created_at: Timestamp.nullable(),
  })
  .meta({ id: 'PatternVersion' });

export const PatternDetail = z
  .object({
    ...PatternEntry.shape,
    ...PatternVersionRow.shape,
    definition: AnyObject.nullable().describe('the document; null of one that was not registered'),
  })
  .meta({ id: 'PatternDetail' });

export const RegisteredPattern = z
  .object({
    ...PatternVersionRow.shape,
    status: z.literal('validated'),
    problems: list(DocumentProblem).describe('what is worth knowing about it'),
  })
  .meta({ id: 'RegisteredPattern' });

export const PatternParams = z.object({
  pattern: z.string().min(1).max(256).describe('the name of a pattern'),
});

export function patternEntry(pattern: Pattern, source: PatternSource): z.infer<typeof PatternEntry> {
  const { name, version, summary, roles, options, limits, asks } = pattern;
  const { turns, handOffs, repeats, stall, wallTimeMs, onLimit } = limits;
  return {
    name,
    version,
    summary,
    source,
    roles: Object.entries(roles).map(([role, { summary: does, least, most, opens }]) => ({
      name: role,
      summary: does,
      least,
      most: most ?? null,
      opens: opens ?? false,
    })),
    options,
    limits: { turns, hand_offs: handOffs, repeats, stall, wall_time_ms: wallTimeMs, on_limit: onLimit },
    asks,
  };
}

export function patternVersionRow(row: PatternVersion): z.infer<typeof PatternVersionRow> {
  const { name, version, digest, createdAt } = row;
  return { name, version, source: 'registered', digest, created_at: iso(createdAt) };
}

/** Of one that was not registered: there is no other version of it. */
export function onlyVersion(pattern: Pattern, source: PatternSource): z.infer<typeof PatternVersionRow> {
  return { name: pattern.name, version: pattern.version, source, digest: null, created_at: null };
}
