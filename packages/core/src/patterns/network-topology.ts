/** Who may write to whom in a network, and who hears which topic. Made once for a setup, and never changed. */
import type { Json } from '../json.ts';
import type { Setup } from './pattern.ts';
import type { Member } from './team.ts';

export interface Topology {
  /** Every seat of the team, in the order of the document. */
  readonly peers: readonly string[];
  /** The seats a name of a group or a seat stands for; none where nobody is called so. */
  seatsOf(name: string): readonly string[];
  /** O(1). */
  areNeighbours(a: string, b: string): boolean;
  /** As they come: there may be a thousand, and nobody needs them all. */
  neighboursOf(seat: string): Iterable<string>;
  /** Undefined where there is no such topic. */
  subscribersOf(topic: string): readonly string[] | undefined;
  readonly topics: readonly string[];
}

const MADE = new WeakMap<Setup, Topology>();

/** O(seats + edges) for the first time, O(1) then. */
export function topologyOf(setup: Setup): Topology {
  let topology = MADE.get(setup);
  if (topology === undefined) {
    topology = makeTopology(setup);
    MADE.set(setup, topology);
  }
  return topology;
}

type Links = Pick<Topology, 'areNeighbours' | 'neighboursOf'>;
type Edges = readonly (readonly [string, string])[];

/** Of explicit edges; undefined where the topology has a name. */
export function edgesOf(topology: Json | undefined): Edges | undefined {
  return typeof topology === 'object' ? (topology as unknown as { readonly edges: Edges }).edges : undefined;
}

function makeTopology({ team, options }: Setup): Topology {
  const { members, byName } = team;
  const peers = members.flatMap(({ seats }) => seats);
  const seatsOf = (name: string): readonly string[] => {
    const member = byName.get(name);
    if (member === undefined) return [];
    return member.name === name ? member.seats : [name];
  };
  const subscribers = new Map(
    Object.entries((options['topics'] ?? {}) as Readonly<Record<string, readonly string[]>>).map(
      ([topic, names]) => [topic, [...new Set(names.flatMap(seatsOf))]] as const,
    ),
  );
  const edges = edgesOf(options['topology']);
  let links: Links;
  if (edges !== undefined) links = graph(edges, byName, seatsOf);
  else if (options['topology'] === 'ring') links = ring(peers);
  else if (options['topology'] === 'star') links = star(peers, seatsOf(options['hub'] as string));
  else links = mesh(peers);
  return {
    peers,
    seatsOf,
    ...links,
    subscribersOf: (topic) => subscribers.get(topic),
    topics: [...subscribers.keys()],
  };
}

function mesh(peers: readonly string[]): Links {
  return {
    areNeighbours: (a, b) => a !== b,
    *neighboursOf(seat) {
      for (const peer of peers) if (peer !== seat) yield peer;
    },
  };
}

/** Each has the one before and the one after it. */
function ring(peers: readonly string[]): Links {
  const place = new Map(peers.map((peer, n) => [peer, n]));
  const neighboursOf = (seat: string): readonly string[] => {
    const at = place.get(seat) as number;
    const beside = [peers[(at + peers.length - 1) % peers.length], peers[(at + 1) % peers.length]];
    return [...new Set(beside as string[])].filter((peer) => peer !== seat);
  };
  return { areNeighbours: (a, b) => neighboursOf(a).includes(b), neighboursOf };
}

function star(peers: readonly string[], hubs: readonly string[]): Links {
  const isHub = new Set(hubs);
  return {
    areNeighbours: (a, b) => a !== b && (isHub.has(a) || isHub.has(b)),
    *neighboursOf(seat) {
      for (const peer of isHub.has(seat) ? peers : hubs) if (peer !== seat) yield peer;
    },
  };
}

/** A group stands for each of its seats; an edge goes both ways. */
function graph(edges: Edges, byName: ReadonlyMap<string, Member>, seatsOf: Topology['seatsOf']): Links {
  const linked = new Map<string, Set<string>>();
  for (const [a, b] of edges) {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const)
      linked.set(from, (linked.get(from) ?? new Set()).add(to));
  }
  const namesOf = (seat: string): ReadonlySet<string> => new Set([seat, (byName.get(seat) as Member).name]);
  return {
    areNeighbours: (a, b) =>
      a !== b &&
      [...namesOf(a)].some((from) => [...namesOf(b)].some((to) => linked.get(from)?.has(to) === true)),
    *neighboursOf(seat) {
      const seen = new Set([seat]);
      for (const from of namesOf(seat))
        for (const to of linked.get(from) ?? [])
          for (const peer of seatsOf(to)) {
            if (seen.has(peer)) continue;
            seen.add(peer);
            yield peer;
          }
    },
  };
}
