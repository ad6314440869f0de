// Binds the agent types of workflow.yaml to code.
import { defineConfig } from '@cantata/sdk';
import { bank } from './src/bank.ts';
import { carrier } from './src/carrier.ts';
import { clerk } from './src/clerk.ts';
import { warehouse } from './src/warehouse.ts';

export default defineConfig({
  agents: {
    clerk_agent: clerk,
    warehouse_agent: warehouse,
    bank_agent: bank,
    carrier_agent: carrier,
  },
});
