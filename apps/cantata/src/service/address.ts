/** Where the service listens. */
import { isLoopback } from '@cantata/server';
import type { Environment } from '../configuration/environment.ts';
import { EXIT } from '../exit.ts';
import { Failure } from '../failure.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export function addressOf(options: Partial<Address>, { listenHost, listenPort }: Environment): Address {
  return { host: options.host ?? listenHost, port: options.port ?? listenPort };
}

/** Without tokens whoever reaches it may do everything. @throws Failure: others could reach it. */
export function requireLoopback({ host }: Address): void {
  if (isLoopback(host)) return;
  throw new Failure(
    'config_invalid',
    `at ${host} others could reach it, and no token would be asked of them`,
    {
      exit: EXIT.invalid,
      help: [
        'Set CANTATA_JWT_SECRET, CANTATA_JWT_PUBLIC_KEY or CANTATA_JWKS_URL: docs/authentication.md.',
        'Without --host and HOST it listens for this machine only.',
      ],
    },
  );
}
