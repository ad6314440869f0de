// Binds the agent types of workflow.yaml and strict.yaml to code.
import { defineConfig } from '@cantata/sdk';
import { practitioner, statistician } from './src/researcher.ts';

export default defineConfig({
  agents: {
    statistician_agent: statistician,
    practitioner_agent: practitioner,
  },
});
