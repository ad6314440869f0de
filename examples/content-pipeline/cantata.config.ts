// Binds the agent types of workflow.yaml to code.
import { defineConfig } from '@cantata/sdk';
import { critic } from './src/critic.ts';
import { editor } from './src/editor.ts';
import { printer } from './src/printer.ts';
import { writer } from './src/writer.ts';

export default defineConfig({
  agents: {
    editor_agent: editor,
    writer_agent: writer,
    critic_agent: critic,
    printer_agent: printer,
  },
});
