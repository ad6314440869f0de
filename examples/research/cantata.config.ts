// Binds the agent types of workflow.yaml to code.
import { defineConfig } from '@cantata/sdk';
import { researcher } from './src/agents/researcher.ts';
import { supervisor } from './src/agents/supervisor.ts';

export default defineConfig({
  agents: {
    supervisor_agent: supervisor,
    research_agent: researcher,
  },
});
