/** The patterns that a workflow may name. */
import type { Connection } from './connection.ts';
import type { CallOptions } from './options.ts';
import type { Pattern, PatternDetail, PatternVersion, RegisteredPattern } from './types.ts';
import type { Document } from './workflows.ts';

export function patternsOf(connection: Connection) {
  return {
    list: async (options?: CallOptions): Promise<readonly Pattern[]> =>
      (await connection.call<{ readonly items: readonly Pattern[] }>('listPatterns', {}, options)).items,
    get: (pattern: string, version?: string, options?: CallOptions): Promise<PatternDetail> =>
      connection.call('getPattern', { path: { pattern }, query: { version } }, options),
    versions: async (pattern: string, options?: CallOptions): Promise<readonly PatternVersion[]> => {
      const path = { pattern };
      const answer = await connection.call<
        { readonly items: readonly PatternVersion[] },
        'listPatternVersions'
      >('listPatternVersions', { path }, options);
      return answer.items;
    },
    register: (document: Document, options?: CallOptions): Promise<RegisteredPattern> =>
      connection.call('registerPattern', { body: document }, options),
  };
}
