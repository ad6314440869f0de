/** `coordination.type`: what a program does without is not allowed in it. The others allow everything. */
import { type Construct, type Draft, dependenciesOf, type Program } from './program.ts';

export const coordination: Construct = {
  name: 'coordination',
  add({ document }) {
    (document['coordination'] as Draft)['type'] = 'graph_based';
  },
};

/** When all pieces are there: the narrowest type under which they are legal, where one was asked for. */
export function narrow({ document, tasks }: Program): void {
  const said = document['coordination'] as Draft;
  if (said['type'] !== 'graph_based') return;
  if (!tasks.some((task) => 'on' in task)) {
    delete said['event_driven'];
    return;
  }
  said['type'] = tasks.some((task) => dependenciesOf(task).length > 0) ? 'hybrid' : 'event_driven';
}
