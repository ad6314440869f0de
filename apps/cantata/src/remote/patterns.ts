/** The patterns that a workflow may name at a service: its own, those of its configuration, those that were registered there. */
import type { AskKind, JsonObject } from '@cantata/core';
import type { Client, Pattern } from '@cantata/sdk/client';
import type { Described, Library } from '../commands/patterns.ts';

export async function patternsAt(client: Client): Promise<Library> {
  const found = new Map((await client.patterns.list()).map((one) => [one.name, describedAs(one)]));
  return { get: (name) => found.get(name), keys: () => found.keys(), looked: () => [] };
}

function describedAs({ name, version, summary, roles, options, limits, asks }: Pattern): Described {
  const { turns, hand_offs: handOffs, repeats, stall, wall_time_ms: wallTimeMs, on_limit: onLimit } = limits;
  return {
    name,
    version,
    summary,
    roles: Object.fromEntries(
      roles.map(({ name: role, summary: does, least, most, opens }) => [
        role,
        {
          summary: does,
          least,
          ...(most === null ? {} : { most }),
          ...(opens ? { opens } : {}),
        },
      ]),
    ),
    options: options as JsonObject,
    limits: { turns, handOffs, repeats, stall, wallTimeMs, onLimit },
    asks: asks as readonly AskKind[],
  };
}
