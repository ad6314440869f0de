/** The engine as a service: REST, WebSocket, server-sent events, OpenAPI. */

export { createAuthenticator } from './auth/jwt.ts';
export { isLoopback } from './auth/local-only.ts';
export { type Authenticator, openAccess, type Principal, type Role } from './auth/principal.ts';
export { type AuthSettings, type Keys } from './auth/settings.ts';
export { signToken, type TokenClaims } from './auth/sign.ts';
export { requireOrigins } from './front-door/origins.ts';
export { type RateLimit } from './front-door/rate-limit.ts';
export { type ServerParts, type ServerSettings } from './parts.ts';
export { createServer, type Server } from './server.ts';
