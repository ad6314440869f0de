/** Puts the report where it belongs: whole or not at all, and never over something a person wrote. */
import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { TerminalError } from '@cantata/sdk';
import { isOwnReport } from '../library/own-report.ts';

/**
 * Fails early where the report could not be written later.
 * @throws TerminalError `report_exists` or `report_is_folder`
 */
export async function checkTarget(report: string): Promise<void> {
  const found = await stat(resolve(report)).catch(() => undefined);
  if (found === undefined) return;
  if (found.isDirectory()) {
    throw new TerminalError(`${report} is a folder; give the report a file name`, {
      code: 'report_is_folder',
    });
  }
  if (!isOwnReport(await beginning(report))) {
    throw new TerminalError(
      `${report} exists and was not written by this workflow; move it, or give the input \`report\` another path`,
      { code: 'report_exists' },
    );
  }
}

/** Replaces the file in one step. `key` keeps two runs that write at the same time out of each other's way. */
export async function writeReport(report: string, text: string, key: string): Promise<void> {
  await checkTarget(report);
  const target = resolve(report);
  const unfinished = `${target}.${createHash('sha256').update(key).digest('hex').slice(0, 12)}.part`;
  await mkdir(dirname(target), { recursive: true });
  try {
    await writeFile(unfinished, text, { flush: true });
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function beginning(report: string): Promise<string> {
  const file = await open(resolve(report));
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
