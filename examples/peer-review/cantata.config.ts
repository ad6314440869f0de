// Binds the agent types of workflow.yaml to code.
import { defineConfig } from '@cantata/sdk';
import { author } from './src/author.ts';
import { editor } from './src/editor.ts';
import { arithmetic, method, references } from './src/reviewers.ts';

export default defineConfig({
  agents: {
    author_agent: author,
    arithmetic_agent: arithmetic,
    references_agent: references,
    method_agent: method,
    editor_agent: editor,
  },
});
