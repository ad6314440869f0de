/** Executions: looked at, told what to do, one by one or many at once. */
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import { bulkRoutes } from './bulk.ts';
import { executionControlRoutes } from './execution-control.ts';
import { executionListRoutes } from './execution-list.ts';
import { executionLogRoutes } from './execution-log.ts';
import { executionMessageRoutes } from './execution-messages.ts';
import { executionPartRoutes } from './execution-parts.ts';
import { executionReadRoutes } from './execution-reads.ts';
import { executionVersionRoutes } from './execution-versions.ts';
import { taskOperationRoutes } from './task-operations.ts';

export function executionRoutes(app: App, parts: ServerParts): void {
  executionListRoutes(app, parts);
  executionReadRoutes(app, parts);
  executionLogRoutes(app, parts);
  executionPartRoutes(app, parts);
  executionControlRoutes(app, parts);
  executionVersionRoutes(app, parts);
  executionMessageRoutes(app, parts);
  taskOperationRoutes(app, parts);
  bulkRoutes(app, parts);
}
