/** The ids of resources: `<kind>/<scope>`. An id with a slash is a resource, any other one an execution. */

/** The entity that admits the executions of a workflow. */
export function admissionOf(workflowId: string): string {
  return `admission/${workflowId}`;
}

/** The entity that knows how much of what the operator has limited is taken. */
export function poolOf(): string {
  return 'pool/executions';
}

/** The entity that starts a workflow at its times. */
export function scheduleOf(workflowId: string): string {
  return `schedule/${workflowId}`;
}

/** Whose everything is where nobody says otherwise. */
export const DEFAULT_TENANT = 'default';

/** What the executions of a tenant share under a name. */
export type SharedKind = 'lock' | 'quota' | 'rate' | 'breaker' | 'correlation';

export function sharedOf(kind: SharedKind, tenant: string, name: string): string {
  // So that no name of a tenant reads as a part of what another one shares.
  return `${kind}/${tenant.replaceAll('%', '%25').replaceAll('/', '%2F')}/${name}`;
}

/** `default` of `lock/default/stock`; undefined for what belongs to a workflow. O(length). */
export function tenantIn(resourceId: string): string | undefined {
  const [, tenant, name] = resourceId.split('/', 3);
  return name === undefined ? undefined : tenant?.replaceAll('%2F', '/').replaceAll('%25', '%');
}

/** `stock` of `lock/default/stock`: how people name it. O(length). */
export function nameOf(resourceId: string): string {
  return resourceId.slice(resourceId.indexOf('/', resourceId.indexOf('/') + 1) + 1);
}

/** `lock` of `lock/default/stock`. */
export function prefixOf(resourceId: string): string {
  return resourceId.slice(0, resourceId.indexOf('/'));
}

/** `the lock stock`: how sentences speak of it. */
export function resourceWords(resourceId: string): string {
  const prefix = prefixOf(resourceId);
  return `${WORDS[prefix] ?? `the ${prefix}`} ${nameOf(resourceId)}`;
}

const WORDS: Readonly<Record<string, string>> = {
  rate: 'a permit of the rate',
  correlation: 'the key',
  breaker: 'the circuit breaker of',
};

export function isResource(entityId: string): boolean {
  return entityId.includes('/');
}
