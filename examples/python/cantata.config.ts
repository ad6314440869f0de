// Two agents in Python, with nothing but its standard library: one is a program, the other a small server.
import { join } from 'node:path';
import { httpAgent } from '@cantata/agents/http';
import { processAgent } from '@cantata/agents/process';
import { defineConfig } from '@cantata/sdk';

const here = import.meta.dirname;

export default defineConfig({
  agents: {
    counter_agent: processAgent({
      command: 'python3',
      args: [join(here, 'agents/counter.py')],
      memoryMiB: 1_024,
    }),
    // `python3 agents/judge.py 8123` serves it.
    judge_agent: httpAgent({ url: 'http://127.0.0.1:8123/' }),
  },
});
