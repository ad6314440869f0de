// Binds the agent types of workflow.yaml and fails.yaml to code.
import { defineConfig } from '@cantata/sdk';
import { closedStation, station } from './src/stations.ts';
import { writer } from './src/writer.ts';

export default defineConfig({
  agents: {
    station_agent: station,
    closed_station_agent: closedStation,
    writer_agent: writer,
  },
});
