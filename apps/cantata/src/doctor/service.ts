/** The service: whether it would start, and whom it would believe. */
import { requireOrigins } from '@cantata/server';
import { failureOf } from '../failure.ts';
import type { Host } from '../host.ts';
import { addressOf, requireLoopback } from '../service/address.ts';
import { rateLimitOf } from '../service/rate-limit.ts';
import { authenticatorOf, tokenSettings, tokensInWords } from '../service/tokens.ts';
import type { Finding } from './finding.ts';

export function checkService(host: Host): Finding {
  const subject = 'service';
  try {
    const at = addressOf({}, host.environment);
    const where = `${at.host}:${at.port}`;
    const settings = tokenSettings(host);
    rateLimitOf(host.environment);
    requireOrigins(host.environment.allowedOrigins ?? []);
    if (authenticatorOf(host, () => undefined).isOpen) requireLoopback(at);
    const whom = settings === undefined ? 'for this machine only, without tokens' : tokensInWords(settings);
    return { state: 'ok', subject, text: `\`serve\` listens at ${where}; ${whom}` };
  } catch (error) {
    const { message, help, exit } = failureOf(error);
    return { state: 'fail', subject, text: message, help: help.join(' '), exit };
  }
}
