/** An execution that is a part of another one. */
import type { AtAttempt, AtItem } from './place.ts';
import type { WorkflowRef } from './workflow.ts';

/** An execution of its own, of which the item is the parent. Its id is known before it is asked for. */
export interface WaitsOnChild {
  readonly kind: 'child';
  readonly execution: string;
  readonly workflow: string;
  /** The newest unless given. */
  readonly version?: string;
}

/** Which version it is, was found out, and its admission is asked. */
export interface ChildStarted extends AtAttempt {
  readonly type: 'task.child_started';
  readonly execution: string;
  readonly workflow: WorkflowRef;
}

/** Nobody waits for it any more: it is told to stop. */
export interface ChildCancelling extends AtItem {
  readonly type: 'task.child_cancelling';
  readonly execution: string;
  readonly reason: string;
}

/** What becomes of the item is in the next event. */
export interface ChildEnded extends AtAttempt {
  readonly type: 'task.child_ended';
  readonly execution: string;
  readonly status: 'completed' | 'failed' | 'cancelled';
}

/** Of an execution that is a child: the item that waits for it. */
export interface Parent extends AtAttempt {
  readonly execution: string;
  /** How many executions it is inside of. */
  readonly depth: number;
  /** Workflows of the executions it is inside of, the outermost first. */
  readonly lineage: readonly string[];
}
