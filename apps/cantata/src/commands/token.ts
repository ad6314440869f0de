/** `cantata token`: one that `serve` believes, for trying things. */
import { DEFAULT_TENANT } from '@cantata/core';
import { createAuthenticator, type Role, signToken } from '@cantata/server';
import { operator } from '../assemble/owner.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure, failureOf, usage } from '../failure.ts';
import { type CommonOptions, type Host, printJson } from '../host.ts';
import { tokenSettings } from '../service/tokens.ts';

export interface TokenOptions extends CommonOptions {
  readonly role: Role;
  readonly tenant?: string;
  readonly subject?: string;
  /** Milliseconds. */
  readonly ttl: number;
}

export async function token(host: Host, { json, role, ttl, ...options }: TokenOptions): Promise<ExitCode> {
  const settings = tokenSettings(host);
  if (settings?.keys.kind !== 'secret')
    throw new Failure('config_invalid', 'tokens are made with CANTATA_JWT_SECRET, and it is not set', {
      exit: EXIT.invalid,
      help: ['It must be the same for `serve`. Whose tokens come from elsewhere gets them there.'],
    });
  const { tenant = settings.defaultTenant ?? DEFAULT_TENANT, subject = operator() } = options;
  const made = await signToken(settings, { role, tenant, subject, ttlMs: ttl });
  // What nobody would believe is not given out.
  const { expiresAt } = await createAuthenticator(settings)
    .authenticate(made)
    .catch((error: unknown) => {
      throw usage(failureOf(error).message);
    });
  if (json === true) printJson(host, { token: made, subject, tenant, role, expires_at: expiresAt });
  else host.out.line(made);
  return EXIT.ok;
}
