// Binds the agent types of workflow.yaml and one-order.yaml to code.
import { defineConfig } from '@cantata/sdk';
import { desk } from './src/desk.ts';
import { warehouse } from './src/warehouse.ts';

export default defineConfig({
  agents: {
    desk_agent: desk,
    // On the first day its conveyor belt stands still; nobody knows before a parcel lies on it.
    north_warehouse: warehouse({ name: 'north', at: [2, 10], perKg: 0.4, brokenOn: 1 }),
    south_warehouse: warehouse({ name: 'south', at: [5, 0], perKg: 0.5 }),
    west_warehouse: warehouse({ name: 'west', at: [0, 5], perKg: 0.6, maxKg: 10 }),
  },
});
