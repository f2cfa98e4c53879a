// What the API answers, as src/server/openapi.json describes it.

export type JobStatus =
  | "scheduled"
  | "awaiting_approval"
  | "pending"
  | "running"
  | "verifying"
  | "compensating"
  | "held"
  | "completed"
  | "failed"
  | "rolled_back"
  | "compensation_failed"
  | "cancelled";

export type StepStatus = "pending" | "running" | "done" | "failed" | "unknown" | "compensated" | "skipped";

export type Counts = Record<string, number>;

export interface Step {
  status: StepStatus;
  deleted_counts: Counts;
  total: number;
  errors: string[];
  attempts: number;
  duration: number;
}

export interface Approval {
  approver: string;
  digest: string;
  given_at: string;
  lapsed_at: string | null;
}

export interface Job {
  job_id: string;
  status: JobStatus;
  tenant_id: string | null;
  user_id?: string;
  tenant_name: string | null;
  initiated_by: string | null;
  total_items_deleted: number;
  service_results: Record<string, Step>;
  duration: number | null;
  created_at: string;
  started_at: string | null;
  completed_at: string | null;
  run_at: string | null;
  waits_until: string | null;
  priority: number;
  errors: string[];
  needs_approval: boolean;
  approvals: Approval[];
  on_failure: "roll_back" | "retry";
  cancel_requested: { at: string; by: string } | null;
  hold: { since: string } | null;
  archive: { retained_until: string | null; destroyed_at: string | null } | null;
}

export interface JobPage {
  jobs: Job[];
  next_cursor: string | null;
}

export interface Transition {
  number: number;
  from: JobStatus | null;
  to: JobStatus;
  by: string;
  reason: string;
  at: string;
}

export interface HistoryEntry extends Transition {
  job_id: string;
  tenant_id: string | null;
  user_id: string | null;
  tenant_name: string | null;
}

export interface AuditEntry {
  sequence: number;
  at: string;
  action: string;
  actor: string;
  tenant: string | null;
  person: string | null;
  job_id: string | null;
  hash: string;
}

export interface AuditLog {
  entries: AuditEntry[];
  checkpoint: { sequence: number; hash: string; at: string; key_id: string } | null;
  next_cursor: string | null;
}

export interface Ended {
  completed: number;
  failed: number;
  taken_back: number;
  cancelled: number;
  items_deleted: number;
  success_rate: number | null;
  average_duration: number | null;
}

export interface Failure {
  job_id: string;
  tenant_id: string | null;
  user_id: string | null;
  tenant_name: string | null;
  status: JobStatus;
  errors: string[];
  all_errors: number;
  completed_at: string;
}

export interface Overview {
  open: Partial<Record<JobStatus, number>>;
  legal_holds: number;
  last_24_hours: Ended & { hours: { completed: number; failed: number }[] };
  window: Ended & {
    days: number;
    services: { service: string; average_items: number; most_items: number; average_duration: number }[];
  };
  failures: Failure[];
}

export type Role = "owner" | "admin" | "manager" | "member" | "readonly";

export interface Tenant {
  tenant_id: string;
  name: string;
  slug: string;
  owner_id: string;
  status: "active" | "suspended" | "deleting";
  time_zone: string;
  created_at: string;
  updated_at: string;
  deleted_at: string | null;
  erase_after: string | null;
  role?: Role;
}

export interface TenantPage {
  tenants: Tenant[];
  next_cursor: string | null;
}

export interface Member {
  user_id: string;
  role: Role;
  joined_at: string;
  full_name?: string;
  email?: string;
}

export interface Domain {
  domain: string;
  is_primary: boolean;
  created_at: string;
}

export interface ServicePreview {
  service: string;
  data_counts?: Counts;
  changed_counts?: Counts;
  total_items?: number;
  kept?: Record<string, { reason: string; rows: number | null }>;
  outside_rows?: { table: string; key: string; parent: string; rows: number; rule: string | null }[];
  errors?: string[];
}

export interface EstatePreview {
  tenant_id: string;
  tenant_name: string | null;
  total_items: number;
  retained_seconds: number | null;
  services_failed: number;
  services: Record<string, ServicePreview>;
  digest: string;
}

export interface Hold {
  number: number;
  tenant_id: string;
  tenant_name: string | null;
  reason: string;
  placed_by: string;
  placed_at: string;
  released_by: string | null;
  released_at: string | null;
}

export interface HoldPage {
  holds: Hold[];
  next_cursor: string | null;
}

export interface Account {
  user_id: string;
  email: string;
  full_name: string;
  is_platform_admin: boolean;
}

export interface SchemaService {
  service: string;
  latest_version: number | null;
}

export interface Schema {
  name: string;
  kind: string;
  state: "making" | "live" | "dropping";
  tenant_id: string | null;
  tenant_name: string | null;
  version: number;
  migrated_at: string | null;
  is_there: boolean;
  tables: number;
  bytes: number;
}

export interface SchemaPage {
  schemas: Schema[];
  next_cursor: string | null;
}

export interface MigrationRun {
  run: number;
  owner: string;
  started_at: string;
  finished_at: string | null;
  outcome: "running" | "completed" | "failed" | "rolled_back" | "abandoned";
  behind: number | null;
  shared_version: number | null;
  tenant_version: number | null;
  done: number;
  failed: number;
  rolled_back: number;
  cause: string | null;
}

export interface MigrationRunPage {
  service: string;
  runs: MigrationRun[];
  next_cursor: string | null;
}

/** Where a tenant's data is in one service. */
export interface Place {
  service: string;
  kind: "rows" | "schema" | "database" | "files" | "remote";
  is_known: boolean;
  name: string | null;
  state: "making" | "live" | "dropping" | null;
  is_there: boolean | null;
  version: number | null;
  latest_version: number | null;
  migrated_at: string | null;
  tables: number | null;
  bytes: number | null;
}

export interface DriftGroup {
  schemas: string[];
  all_schemas: number;
  version: number;
  is_behind: boolean;
  differences: { what: "missing" | "added" | "different"; kind: string; name: string; here: string; reference: string }[];
  all_differences: number;
}

export interface Drift {
  reference: string;
  version: number;
  schemas: number;
  has_drift: boolean;
  groups: DriftGroup[];
  removed: string[];
  created: string[];
  dropping: string[];
}
