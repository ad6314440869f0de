/** Assembles the service: hooks in the order in which a request meets them, then the routes. No logic here. */
import fastify from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { answersAsTheyAre, checkedAnswers } from './answers.ts';
import type { App } from './app.ts';
import { guard } from './auth/guard.ts';
import { localOnly } from './auth/local-only.ts';
import { takeEmptyBodies } from './empty-body.ts';
import { sayHeaders } from './front-door/headers.ts';
import { cutOffWhenClosing, refuseWhenLeaving } from './front-door/leaving.ts';
import { allowOrigins } from './front-door/origins.ts';
import { limitRates, Rates } from './front-door/rate-limit.ts';
import { answerUnreadable } from './front-door/unreadable.ts';
import { refuseUnkeepable } from './front-door/values.ts';
import { answerOnce } from './idempotency/once.ts';
import { describeApi, showApi } from './open-api.ts';
import { DEFAULT_SERVER_SETTINGS, type ServerParts, type ServerSettings } from './parts.ts';
import { answerLost, handleErrors } from './problems/handle.ts';
import { agentRoutes } from './routes/agents.ts';
import { executionRoutes } from './routes/executions.ts';
import { healthRoutes } from './routes/health.ts';
import { patternRoutes } from './routes/patterns.ts';
import { registerPatternRoute } from './routes/register-pattern.ts';
import { scheduleRoutes } from './routes/schedules.ts';
import { signalRoutes } from './routes/signals.ts';
import { workflowRoutes } from './routes/workflows.ts';
import { eventRoutes } from './stream/sse.ts';
import { webSockets } from './stream/websocket.ts';

/** Listens once it is told to: `listen({host, port})`; `close()` ends what is open. */
export type Server = App;

export async function createServer(parts: ServerParts): Promise<Server> {
  const settings: ServerSettings = { ...DEFAULT_SERVER_SETTINGS, ...parts.settings };
  const app: App = fastify({
    bodyLimit: settings.maxBodyBytes,
    requestTimeout: settings.requestTimeoutMs,
    http: {
      maxHeaderSize: settings.maxHeaderBytes,
      headersTimeout: settings.headersTimeoutMs,
      // Node looks that often at who is late; by itself twice a minute.
      connectionsCheckingInterval: Math.min(5_000, settings.headersTimeoutMs),
      // Who offers another protocol (HTTP/2, as clients of Java do) is answered in this one.
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
    },
    clientErrorHandler: answerUnreadable,
    frameworkErrors: answerLost(parts.log),
    // Ids that grow with time, and that nobody outside can choose.
    genReqId: () => parts.engine.newId(),
    routerOptions: { maxParamLength: 512 },
    return503OnClosing: true,
    forceCloseConnections: 'idle',
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(settings.checksAnswers ? checkedAnswers : answersAsTheyAre);
  app.server.maxConnections = settings.maxConnections;
  handleErrors(app, parts.log);
  sayHeaders(app);
  if (parts.authenticator.isOpen) localOnly(app, settings.allowedOrigins);
  await allowOrigins(app, settings.allowedOrigins);
  refuseWhenLeaving(app, parts.engine);
  cutOffWhenClosing(app, settings.farewellMs);
  guard(app, parts.authenticator);
  const rates = new Rates(settings.rateLimit);
  limitRates(app, rates);
  takeEmptyBodies(app);
  refuseUnkeepable(app, parts.engine.settings.maxValueDepth);
  answerOnce(app, parts);
  await describeApi(app, parts.version);
  healthRoutes(app, parts, settings);
  workflowRoutes(app, parts);
  executionRoutes(app, parts);
  patternRoutes(app, parts);
  registerPatternRoute(app, parts);
  agentRoutes(app, parts);
  scheduleRoutes(app, parts);
  signalRoutes(app, parts);
  eventRoutes(app, parts, settings);
  webSockets(app, parts, settings, rates);
  await showApi(app);
  return app;
}
