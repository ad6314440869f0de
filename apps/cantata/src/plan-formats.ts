/** The forms in which a plan is shown. */
export const PLAN_FORMATS = ['text', 'json', 'mermaid', 'dot', 'svg'] as const;
export type PlanFormat = (typeof PLAN_FORMATS)[number];
