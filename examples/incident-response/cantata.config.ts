// Binds the agent types of workflow.yaml to code.
import { defineConfig } from '@cantata/sdk';
import { changes, commander, logs, metrics } from './src/experts.ts';
import { responder } from './src/responder.ts';
import { scribe } from './src/scribe.ts';

export default defineConfig({
  agents: {
    metrics_expert: metrics,
    log_expert: logs,
    change_expert: changes,
    commander_agent: commander,
    responder_agent: responder,
    scribe_agent: scribe,
  },
});
