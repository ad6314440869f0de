/** Whom the service believes, by what the environment says. What is only half said is refused: it must not come to mean "anybody". */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type Authenticator,
  type AuthSettings,
  createAuthenticator,
  type Keys,
  openAccess,
} from '@cantata/server';
import { operator } from '../assemble/owner.ts';
import type { Environment } from '../configuration/environment.ts';
import { EXIT } from '../exit.ts';
import { Failure, failureOf } from '../failure.ts';
import type { Host } from '../host.ts';

const HELP = 'docs/authentication.md says what each variable is for.';

/** Undefined: nothing is set, and no tokens are asked for. @throws Failure: what is set does not hold together. */
export function tokenSettings({
  environment,
  cwd,
}: Pick<Host, 'environment' | 'cwd'>): AuthSettings | undefined {
  const keys = keysOf(environment, cwd);
  const rules = {
    algorithms: environment.tokenAlgorithms,
    issuer: environment.tokenIssuer,
    audience: environment.tokenAudience,
    tenantClaim: environment.tenantClaim,
    defaultTenant: environment.defaultTenant,
    rolesClaim: environment.rolesClaim,
  };
  const said = Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined));
  if (keys !== undefined) return { keys, ...said };
  if (Object.keys(said).length === 0) return undefined;
  throw refused(
    'the environment says which tokens are accepted (CANTATA_JWT_…), and no key to check them by',
  );
}

/** @throws Failure: keys that are none. `told`: what the operator should read while it serves. */
export function authenticatorOf(
  host: Pick<Host, 'environment' | 'cwd'>,
  told: (text: string) => void,
): Authenticator {
  const settings = tokenSettings(host);
  if (settings === undefined) return openAccess(operator());
  try {
    const log = (_level: string, message: string, fields: object = {}): void =>
      told(`${message} ${JSON.stringify(fields)}`);
    return createAuthenticator(settings, { log });
  } catch (error) {
    throw refused(`tokens cannot be checked: ${failureOf(error).message}`);
  }
}

/** What is told of it: never a key. */
export function tokensInWords({ keys, issuer }: AuthSettings): string {
  const by = {
    secret: 'a shared secret (CANTATA_JWT_SECRET is set)',
    public: 'public keys (CANTATA_JWT_PUBLIC_KEY is set)',
    url: 'the keys at CANTATA_JWKS_URL',
  }[keys.kind];
  return issuer === undefined ? `tokens are checked by ${by}` : `tokens of ${issuer} are checked by ${by}`;
}

function keysOf(environment: Environment, cwd: string): Keys | undefined {
  const { tokenSecret: secret, tokenKeys: publicKey, tokenKeysUrl: keysUrl } = environment;
  const given = { CANTATA_JWT_SECRET: secret, CANTATA_JWT_PUBLIC_KEY: publicKey, CANTATA_JWKS_URL: keysUrl };
  const [one, another] = Object.entries(given).filter(([, value]) => value !== undefined);
  if (one !== undefined && another !== undefined)
    throw refused(`${one[0]} and ${another[0]} are both set; tokens are checked by one of them`);
  if (secret !== undefined) return { kind: 'secret', secret };
  if (publicKey !== undefined) return { kind: 'public', text: textOf(publicKey, cwd) };
  return keysUrl === undefined ? undefined : { kind: 'url', url: keysUrl };
}

/** The keys themselves, or the file that has them. */
function textOf(written: string, cwd: string): string {
  if (/^\s*\{|-----BEGIN/.test(written)) return written;
  try {
    return readFileSync(resolve(cwd, written), 'utf8');
  } catch (error) {
    // Not what was written: it may be a secret in the wrong variable.
    const { code } = error as NodeJS.ErrnoException;
    throw refused(`CANTATA_JWT_PUBLIC_KEY is neither a key nor a file that can be read (${code})`);
  }
}

function refused(message: string): Failure {
  return new Failure('config_invalid', message, { exit: EXIT.invalid, help: [HELP] });
}
