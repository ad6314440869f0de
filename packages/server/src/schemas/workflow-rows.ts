/** Stored workflows and their versions. */
import { iso, type JsonObject, type WorkflowVersion } from '@cantata/core';
import { z } from 'zod';
import { AnyObject, list, Timestamp, Uuid } from './common.ts';
import { DocumentProblem } from './workflows.ts';

const OfVersion = {
  workflow_id: Uuid,
  name: z.string(),
  version: z.string(),
  orchestration_pattern: z.string(),
  tags: list(z.string()),
  digest: z.string().describe('SHA-256 of the document, in hex'),
  created_at: Timestamp.describe('of this version'),
};

export const WorkflowVersionRow = z.object(OfVersion).meta({ id: 'WorkflowVersion' });

export const WorkflowDetail = z
  .object({
    ...OfVersion,
    definition: AnyObject.describe('the document, as it is stored'),
    problems: list(DocumentProblem).describe('what is worth knowing about it'),
    newest_version: z.string(),
    updated_at: Timestamp.describe('when its newest version was registered'),
  })
  .meta({ id: 'Workflow' });

export function workflowVersionRow(row: WorkflowVersion): z.infer<typeof WorkflowVersionRow> {
  return {
    workflow_id: row.workflowId,
    name: row.name,
    version: row.version,
    orchestration_pattern: row.pattern,
    tags: tagsOf(row),
    digest: row.digest,
    created_at: iso(row.createdAt),
  };
}

/** As they stand in the document, which was checked when it was registered. */
export function tagsOf({ document }: WorkflowVersion): readonly string[] {
  const { tags = [] } = JSON.parse(document) as JsonObject;
  return tags as readonly string[];
}
