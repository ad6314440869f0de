// Binds the agent types of workflow.yaml to code.
import { defineConfig } from '@cantata/sdk';
import { risk, trend, value } from './src/analysts.ts';
import { chair } from './src/chair.ts';
import { bear, bull } from './src/debaters.ts';
import { desk } from './src/desk.ts';

export default defineConfig({
  agents: {
    trend_analyst: trend,
    value_analyst: value,
    risk_analyst: risk,
    bull_agent: bull,
    bear_agent: bear,
    chair_agent: chair,
    desk_agent: desk,
  },
});
