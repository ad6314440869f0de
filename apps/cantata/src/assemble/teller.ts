/** What commands tell executions: the verbs of an engine of this process, or of a service. */
import type { Engine } from '@cantata/engine';

export type Teller = Pick<
  Engine,
  | 'register'
  | 'start'
  | 'pause'
  | 'resume'
  | 'recover'
  | 'cancel'
  | 'ended'
  | 'operate'
  | 'upgrade'
  | 'fork'
  | 'retryCompensation'
  | 'skipCompensation'
  | 'signal'
  | 'signalKey'
  | 'publish'
  | 'answer'
  | 'delete'
> & { readonly schedules: Pick<Engine['schedules'], 'set' | 'clear' | 'pause' | 'resume'> };
