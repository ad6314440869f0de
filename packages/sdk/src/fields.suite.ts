/** For the tests of this package: a validator as small as the standard allows, so that no library is needed. */
import type { SchemaIssue, StandardSchema } from './standard-schema.ts';

/** An object whose fields have these `typeof`s; other fields are dropped, as most validators do. */
export function fields<T extends object>(types: { readonly [K in keyof T]: string }): StandardSchema<T> {
  return {
    '~standard': {
      version: 1,
      vendor: 'fields',
      validate: (value) => {
        if (typeof value !== 'object' || value === null)
          return { issues: [{ message: 'expected an object' }] };
        const entries = Object.entries<string>(types).map(
          ([key, type]) => [key, type, Reflect.get(value, key)] as const,
        );
        const issues = entries.flatMap(([key, type, found]): SchemaIssue[] =>
          typeof found === type
            ? []
            : [{ message: `expected ${type}, received ${typeof found}`, path: [{ key }] }],
        );
        if (issues.length > 0) return { issues };
        return { value: Object.fromEntries(entries.map(([key, , found]) => [key, found])) as T };
      },
    },
  };
}
