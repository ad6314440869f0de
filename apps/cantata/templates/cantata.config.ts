// Binds the agent types of workflow.yaml to code. Each agent is a function: its input comes from the tasks before
// it, what it returns goes to those after it. These work offline; put a call of your model in their place.
import { setTimeout as sleep } from 'node:timers/promises';
import { byTask, type Context, defineAgent, defineConfig } from '@cantata/sdk';

interface Draft {
  readonly topic: string;
  readonly text: string;
}

interface Review {
  readonly aspect: string;
  readonly remark: string;
}

/** `npx cantata run workflow.yaml --set topic=winter` gives another topic. */
const draft = defineAgent<{ readonly topic?: string }>(async ({ topic = 'autumn' }, context) => {
  const sentences = [
    `There is a morning on which ${topic} begins, and nobody writes its date down.`,
    `People say that ${topic} came early, though ${topic} keeps no appointments and never did.`,
    `Look closely: ${topic} is already there.`,
  ];
  const written: string[] = [];
  for (const sentence of sentences) {
    context.progress(written.length / sentences.length, `sentence ${written.length + 1}`);
    await sleep(200, undefined, { signal: context.signal });
    written.push(sentence);
  }
  return { topic, text: written.join(' ') } satisfies Draft;
});

const aspects: readonly { readonly name: string; readonly look: (draft: Draft) => string }[] = [
  { name: 'length', look: ({ text }) => `${text.split(/\s+/).length} words` },
  { name: 'rhythm', look: ({ text }) => `the longest sentence has ${longestSentence(text)} words` },
  {
    name: 'repetition',
    look: ({ text, topic }) => `"${topic}" occurs ${text.split(topic).length - 1} times`,
  },
];

/** The task is parallel: each of the three seats gets one item and looks at another aspect. */
const reviewer = defineAgent<Draft>(async (text, context: Context) => {
  const aspect = aspects[(context.item?.index ?? 0) % aspects.length] ?? aspects[0];
  if (aspect === undefined) throw new Error('there is no aspect to look at');
  for (let step = 0; step < 4; step++) {
    context.progress(step / 4, `reading for ${aspect.name}`);
    await sleep(150 + 60 * (context.item?.index ?? 0), undefined, { signal: context.signal });
  }
  return { aspect: aspect.name, remark: aspect.look(text) } satisfies Review;
});

/** Depends on two tasks, so its input holds both outputs by task. */
const publish = defineAgent<{ readonly draft: Draft; readonly review: readonly Review[] }>(
  async ({ draft, review }, context) => {
    context.progress(0.5, `weighing ${review.length} reviews`);
    await sleep(300, undefined, { signal: context.signal });
    return { text: draft.text, reviews: review.map(({ aspect, remark }) => `${aspect}: ${remark}`) };
  },
);

function longestSentence(text: string): number {
  return Math.max(...text.split(/[.:]/).map((sentence) => sentence.trim().split(/\s+/).length));
}

export default defineConfig({
  agents: {
    writer: byTask({ draft, publish }),
    reviewer,
  },
});
