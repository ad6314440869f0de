/** Who asks a resource for something, and what it is answered. */
import type { ErrorCode } from '../../errors.ts';
import { taskLabel } from '../../ids.ts';
import type { Json } from '../../json.ts';
import type { Instant } from '../../ports/clock.ts';
import type { Message } from '../law.ts';

/** An activation of an item of an execution. Asking twice for the same claim is answered the same way again. */
export interface Claim {
  readonly execution: string;
  readonly task: string;
  readonly item?: number;
  readonly activation: number;
  /** Of what is granted for one attempt alone: a rate, a probe. */
  readonly attempt?: number;
  /** Of a block of permits: its number in the execution, and no attempt. It is for whoever needs one there. */
  readonly block?: number;
}

/** `execution/task[item]#activation`, with `~attempt` where a claim is for one, `+block` where it is one: its identity. */
export function claimKey({ execution, task, item, activation, attempt, block }: Claim): string {
  const of = attempt === undefined ? '' : `~${attempt}`;
  const as = block === undefined ? '' : `+${block}`;
  return `${execution}/${taskLabel(task, item)}#${activation}${of}${as}`;
}

/** What a resource tells an execution. A grant nobody waits for any more is given back at once. */
export type ResourceAnswer =
  | {
      readonly type: 'resource.granted';
      readonly resource: string;
      readonly claim: Claim;
      /** Of a rate: when each of the permits may be used, in ascending order. */
      readonly notBefore?: readonly Instant[];
      /** Of a breaker: whether the outcome of this attempt decides for all. */
      readonly isProbe?: boolean;
    }
  | {
      readonly type: 'resource.denied';
      readonly resource: string;
      readonly claim: Claim;
      readonly code: ErrorCode;
      readonly message: string;
    }
  /** Of a correlation key: something came for whoever holds it. */
  | {
      readonly type: 'resource.delivered';
      readonly resource: string;
      readonly claim: Claim;
      /** Who sends the same again gives it the same id. */
      readonly delivery: string;
      readonly name: string;
      readonly data: Json;
    };

type Granted = Extract<ResourceAnswer, { readonly type: 'resource.granted' }>;

export function granted(
  resource: string,
  claim: Claim,
  more: Pick<Granted, 'notBefore' | 'isProbe'> = {},
): Message {
  return { to: claim.execution, command: { type: 'resource.granted', resource, claim, ...more } };
}

export function denied(resource: string, claim: Claim, code: ErrorCode, message: string): Message {
  return { to: claim.execution, command: { type: 'resource.denied', resource, claim, code, message } };
}
