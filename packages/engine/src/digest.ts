/** SHA-256 in hex: digests of definitions and checksums of snapshots. */
import { createHash } from 'node:crypto';

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
