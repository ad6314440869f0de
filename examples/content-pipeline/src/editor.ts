/** Picks the notes that are about the matter. */
import { defineAgent, TerminalError } from '@cantata/sdk';

interface Notes {
  readonly about: string;
  readonly notes: string[];
}

export const editor = defineAgent({
  description: 'Picks the notes that mention something.',
  perform({ about, notes }: Notes) {
    const chosen = notes.filter((note) => note.toLowerCase().includes(about.toLowerCase()));
    if (chosen.length === 0)
      throw new TerminalError(`no note is about ${about}`, { code: 'nothing_to_write' });
    return chosen;
  },
});
