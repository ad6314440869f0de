/** Workflows: registered, looked at, executed. */
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import { executeRoutes } from './execute.ts';
import { planRoute } from './plan.ts';
import { registerRoutes } from './register.ts';
import { statusRoutes } from './status.ts';
import { workflowControlRoutes } from './workflow-control.ts';
import { workflowDetailRoutes } from './workflow-detail.ts';
import { workflowGraphRoutes } from './workflow-graph.ts';
import { workflowListRoutes } from './workflow-list.ts';

export function workflowRoutes(app: App, parts: ServerParts): void {
  registerRoutes(app, parts);
  workflowListRoutes(app, parts);
  workflowDetailRoutes(app, parts);
  workflowGraphRoutes(app, parts);
  planRoute(app, parts);
  executeRoutes(app, parts);
  statusRoutes(app, parts);
  workflowControlRoutes(app, parts);
}
