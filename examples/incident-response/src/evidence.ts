/** What there is to be seen of each service: in place of dashboards, log search and the list of deployments. */
export interface Evidence {
  /** Requests that failed, by minute. */
  readonly failures: readonly (readonly [time: string, perCent: number])[];
  readonly logs: readonly { readonly time: string; readonly line: string; readonly times: number }[];
  readonly changes: readonly Change[];
}

export interface Change {
  readonly id: string;
  readonly time: string;
  readonly what: string;
}

const CALM: Evidence = {
  failures: [
    ['14:00', 0.1],
    ['14:05', 0.1],
  ],
  logs: [],
  changes: [],
};

const EVIDENCE: ReadonlyMap<string, Evidence> = new Map([
  [
    'checkout',
    {
      failures: [
        ['13:55', 0.1],
        ['14:00', 0.2],
        ['14:05', 11.4],
        ['14:10', 23.8],
      ],
      logs: [
        { time: '13:41', line: 'card declined', times: 3 },
        { time: '14:03', line: 'no connection to the database within 5 s', times: 412 },
      ],
      changes: [
        { id: 'deploy 379', time: '11:20', what: 'new icons in the basket' },
        { id: 'deploy 381', time: '14:01', what: 'db.pool.max from 50 to 5' },
      ],
    },
  ],
  [
    'search',
    {
      failures: [
        ['09:00', 0.3],
        ['09:10', 8.9],
      ],
      logs: [{ time: '09:07', line: 'search-2: no space left on device', times: 96 }],
      changes: [],
    },
  ],
]);

export function evidenceOf(service: string): Evidence {
  return EVIDENCE.get(service) ?? CALM;
}
