/** Documents as they were sent: text, so that every problem has its line and column. */
import type { App } from './app.ts';

/** YAML, of which JSON is a part. */
const TYPES = [
  'application/json',
  'application/yaml',
  'application/x-yaml',
  'text/yaml',
  'text/x-yaml',
  'text/plain',
];

/** In a scope of its own: elsewhere a body is JSON that was parsed. */
export function takeDocuments(scope: App): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(TYPES, { parseAs: 'string' }, (_request, body, done) => done(null, body));
}
