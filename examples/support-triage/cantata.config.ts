// Binds the agent types of workflow.yaml to code.
import { defineConfig } from '@cantata/sdk';
import { billing } from './src/billing.ts';
import { tech } from './src/tech.ts';
import { triage } from './src/triage.ts';

export default defineConfig({
  agents: {
    triage_agent: triage,
    billing_agent: billing,
    tech_agent: tech,
  },
});
