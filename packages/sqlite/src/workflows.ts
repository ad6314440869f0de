/** Definitions by tenant, name and version. A version that stands is never changed. */
import type { WorkflowStore, WorkflowVersion } from '@cantata/core';
import type { Connection, Statement } from './connection.ts';

export class Workflows implements WorkflowStore {
  readonly #connection: Connection;
  readonly #addWorkflow: Statement<never>;
  readonly #addVersion: Statement<never>;
  readonly #exact: Statement<WorkflowVersion>;
  readonly #find: Statement<WorkflowVersion>;
  readonly #byDigest: Statement<WorkflowVersion>;
  readonly #list: Statement<WorkflowVersion>;
  readonly #newest: Statement<WorkflowVersion>;
  readonly #versions: Statement<WorkflowVersion>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#addWorkflow = connection.prepare(
      'insert into workflows (id, tenant, name) values (?, ?, ?) on conflict (tenant, name) do nothing',
    );
    this.#addVersion = connection.prepare(
      `insert into workflow_versions (workflow, version, pattern, digest, document, created_at)
       select key, ?, ?, ?, ?, ? from workflows where tenant = ? and name = ?
       on conflict (workflow, version) do nothing`,
    );
    const version = `select w.id as workflowId, w.tenant, w.name, v.version, v.pattern, v.digest, v.document,
                            v.created_at as createdAt
                       from workflows w join workflow_versions v on v.workflow = w.key`;
    this.#exact = connection.prepare(`${version} where w.tenant = ? and w.name = ? and v.version = ?`);
    // An id always means its own workflow, even where another one took it for a name.
    this.#find = connection.prepare(
      `${version}
        where w.key = (select key from workflows where tenant = ?1 and (id = ?2 or name = ?2) order by id = ?2 desc limit 1)
          and (?3 is null or v.version = ?3)
        order by v.created_at desc, v.key desc limit 1`,
    );
    this.#byDigest = connection.prepare(`${version} where v.digest = ? order by v.key limit 1`);
    this.#list = connection.prepare(`${version} where w.tenant = ? order by w.name, v.created_at, v.key`);
    // In the order of the index by tenant and name, so that it ends with the limit.
    this.#newest = connection.prepare(
      `${version}
        where w.tenant = ? and w.name > ?
          and v.key = (select key from workflow_versions where workflow = w.key order by created_at desc, key desc limit 1)
        order by w.name limit ?`,
    );
    this.#versions = connection.prepare(
      `${version} where w.tenant = ? and w.id = ? order by v.created_at desc, v.key desc`,
    );
  }

  put(row: WorkflowVersion): Promise<WorkflowVersion> {
    return this.#connection.write(() => {
      this.#addWorkflow.run(row.workflowId, row.tenant, row.name);
      this.#addVersion.run(
        row.version,
        row.pattern,
        row.digest,
        row.document,
        row.createdAt,
        row.tenant,
        row.name,
      );
      return this.#exact.get(row.tenant, row.name, row.version) as WorkflowVersion;
    });
  }

  find(tenant: string, nameOrId: string, version?: string): Promise<WorkflowVersion | undefined> {
    return this.#connection.read(() => this.#find.get(tenant, nameOrId, version ?? null));
  }

  byDigest(digest: string): Promise<WorkflowVersion | undefined> {
    return this.#connection.read(() => this.#byDigest.get(digest));
  }

  /** By name, each name's versions from the oldest to the newest. */
  list(tenant: string): Promise<readonly WorkflowVersion[]> {
    return this.#connection.read(() => this.#list.all(tenant));
  }

  newest(tenant: string, after: string, limit: number): Promise<readonly WorkflowVersion[]> {
    return this.#connection.read(() => this.#newest.all(tenant, after, limit));
  }

  versions(tenant: string, workflowId: string): Promise<readonly WorkflowVersion[]> {
    return this.#connection.read(() => this.#versions.all(tenant, workflowId));
  }
}
