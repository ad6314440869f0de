/** Workflows: registered, looked at, executed. */
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import { executeRoutes } from './execute.ts';
import { registerRoutes } from './register.ts';
import { statusRoutes } from './status.ts';

export function workflowRoutes(app: App, parts: ServerParts): void {
  registerRoutes(app, parts);
  executeRoutes(app, parts);
  statusRoutes(app, parts);
}
