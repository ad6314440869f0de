/** What is answered to a command. */

export interface ToldExecution {
  readonly execution_id: string;
  /** `cancelling` until its agents have stopped. */
  readonly status: string;
}

export interface ToldTask extends ToldExecution {
  readonly task_id: string;
}

export interface PausedExecution {
  readonly execution_id: string;
  readonly status: 'paused';
  readonly checkpoint_id: string;
  readonly resume_url: string;
}

export interface ForkedExecution {
  readonly execution_id: string;
  readonly forked_from: string;
  readonly status: 'planning';
  readonly execution_url: string;
}

export interface UpgradeReport {
  readonly execution_id: string;
  readonly upgraded: boolean;
  readonly from: string;
  readonly to: string;
  readonly tasks: readonly {
    readonly id: string;
    readonly change: 'added' | 'removed' | 'changed';
    readonly status: string | null;
    readonly effect: 'joins' | 'stays' | 'follows' | 'stops' | 'goes';
  }[];
  readonly stops: readonly string[];
  readonly refused: readonly string[];
}

export interface TakenCheckpoint {
  readonly execution_id: string;
  readonly checkpoint_id: string;
}

export interface SentMessage {
  readonly execution_id: string;
  readonly id: string;
}

export interface DeletedExecution {
  readonly execution_id: string;
  readonly deleted: true;
}

export interface BulkReport {
  readonly preview: boolean;
  readonly executions: readonly {
    readonly execution_id: string;
    readonly name: string;
    /** Before. */
    readonly status: string;
    /** Null in a preview. */
    readonly ok: boolean | null;
    readonly error: { readonly code: string; readonly message: string } | null;
  }[];
  readonly more: boolean;
}

export interface SignalAccepted {
  readonly key: string;
  readonly signal: string;
  readonly id: string;
}
