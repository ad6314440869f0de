/** A rule about how the parts of a workflow fit together. */
import type { PatternLibrary } from '@cantata/core';
import type { WorkflowDraft } from '../language/workflow.ts';
import type { Place } from '../shape/place.ts';

/** Looks at the draft and reports at places below `root`. Parts that could not be read are passed over. */
export type Check = (draft: WorkflowDraft, root: Place, library: PatternLibrary) => void;
