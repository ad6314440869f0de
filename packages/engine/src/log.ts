/** Where the engine says what an operator should know. Never given secrets, inputs or outputs. */
import type { JsonObject } from '@cantata/core';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export type Log = (level: LogLevel, message: string, fields?: JsonObject) => void;

export const SILENT: Log = () => undefined;
