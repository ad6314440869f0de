// Binds the agent types of workflow.yaml to code.
import { defineConfig } from '@cantata/sdk';
import { adjudicator } from './src/adjudicator.ts';
import { assessor } from './src/assessor.ts';
import { clerk } from './src/clerk.ts';
import { coverage, fraud } from './src/desks.ts';
import { panel } from './src/panel.ts';

export default defineConfig({
  agents: {
    adjudicator_agent: adjudicator,
    coverage_agent: coverage,
    fraud_agent: fraud,
    panel_agent: panel,
    assessor_agent: assessor,
    clerk_agent: clerk,
  },
});
