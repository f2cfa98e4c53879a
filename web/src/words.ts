// What states are called, and how much attention they want.
import type { Job, JobStatus, Step, StepStatus } from "./api/types";

export type Tone = "neutral" | "info" | "good" | "warn" | "bad";

const JOB: Record<JobStatus, [string, Tone]> = {
  scheduled: ["Scheduled", "neutral"],
  awaiting_approval: ["Awaiting approval", "warn"],
  pending: ["Waiting", "neutral"],
  running: ["Deleting", "info"],
  verifying: ["Verifying", "info"],
  compensating: ["Taking back", "warn"],
  held: ["On legal hold", "warn"],
  completed: ["Completed", "good"],
  failed: ["Failed", "bad"],
  rolled_back: ["Taken back", "neutral"],
  compensation_failed: ["Not all is back", "bad"],
  cancelled: ["Cancelled", "neutral"],
};

const STEP: Record<StepStatus, [string, Tone]> = {
  pending: ["Waiting", "neutral"],
  running: ["Deleting", "info"],
  done: ["Done", "good"],
  failed: ["Failed", "bad"],
  unknown: ["No answer", "warn"],
  compensated: ["Restored", "neutral"],
  skipped: ["Not needed", "neutral"],
};

const REASON: Record<string, string> = {
  enqueued: "ordered",
  claimed: "taken up by a worker",
  due: "its time has come",
  steps_done: "every service has reported",
  nothing_left: "counted again, nothing is left",
  everything_restored: "everything is back",
  plan_drifted: "plan or counts have changed since the approval",
  legal_hold: "a legal hold stands on the tenant",
  hold_released: "the legal hold was released",
  service_failed: "a service failed for good",
};

/** What the audit log tells of; src/audit/action.h has all of it. */
const ACTION: Record<string, string> = {
  deletion_scheduled: "Deletion scheduled",
  deletion_awaiting_approval: "Deletion awaits approval",
  deletion_pending: "Deletion in line",
  deletion_running: "Deletion under way",
  deletion_verifying: "Deletion being verified",
  deletion_compensating: "Deletion being taken back",
  deletion_held: "Deletion stopped by a legal hold",
  deletion_completed: "Deletion completed",
  deletion_failed: "Deletion failed",
  deletion_rolled_back: "Deletion taken back",
  deletion_compensation_failed: "Deletion not all taken back",
  deletion_cancelled: "Deletion cancelled",
  approval_given: "Deletion approved",
  cancellation_ordered: "Cancellation ordered",
  retry_ordered: "Another try ordered",
  restoration_ordered: "Restoration ordered",
  deletion_rescheduled: "Deletion rescheduled",
  hold_placed: "Legal hold placed",
  hold_released: "Legal hold released",
  archive_key_destroyed: "Archive's key destroyed",
  tenant_created: "Tenant created",
  tenant_changed: "Tenant changed",
  tenant_suspended: "Tenant suspended",
  tenant_activated: "Tenant activated",
  tenant_soft_deleted: "Tenant hidden",
  tenant_restored: "Tenant restored",
  member_added: "Member added",
  member_changed: "Member's role changed",
  member_removed: "Member removed",
  ownership_transferred: "Ownership transferred",
  invitation_made: "Invitation made",
  invitation_revoked: "Invitation revoked",
  domain_added: "Domain added",
  domain_changed: "Primary domain changed",
  domain_removed: "Domain removed",
  setting_changed: "Setting changed",
  subscription_changed: "Subscription changed",
  subscription_cancelled: "Subscription cancelled",
  account_added: "Account added",
  account_changed: "Account changed",
  account_suspended: "Account suspended",
  account_activated: "Account activated",
  platform_admin_granted: "Platform admin made",
  platform_admin_revoked: "Platform admin unmade",
};

export const actionWord = (action: string): string => ACTION[action] ?? action.replaceAll("_", " ");

export const jobWord = (status: JobStatus): string => JOB[status][0];
export const jobTone = (status: JobStatus): Tone => JOB[status][1];

/** A step of a job that is being taken back and runs is restoring. */
export function stepWord(step: Step, job: Job): string {
  if (step.status === "running" && job.status === "compensating") return "Restoring";
  if (step.status === "running" && step.errors.length > 0) return "Trying again";
  return STEP[step.status][0];
}
export function stepTone(step: Step): Tone {
  return step.status === "running" && step.errors.length > 0 ? "warn" : STEP[step.status][1];
}

export const reasonWord = (reason: string): string => REASON[reason] ?? reason.replaceAll("_", " ");

const ENDED: readonly JobStatus[] = ["completed", "failed", "rolled_back", "compensation_failed", "cancelled"];
export const isOpen = (status: JobStatus): boolean => !ENDED.includes(status);
/** Somebody is at work on it, or will be without anybody's doing. */
export const ACTIVE: readonly JobStatus[] = ["pending", "running", "verifying", "compensating"];
export const isActive = (status: JobStatus): boolean => ACTIVE.includes(status);

/** What a deletion is of; the name where there is one. */
export function subjectOf(job: { tenant_name: string | null; tenant_id: string | null; user_id?: string | null }): string {
  if (job.tenant_name) return job.tenant_name;
  if (job.tenant_id) return `Tenant ${job.tenant_id.slice(0, 8)}`;
  return `User ${(job.user_id ?? "").slice(0, 8)}`;
}

export interface Progress {
  done: number;
  all: number;
  failed: number;
  rows: number;
}

/** Of a job that is being taken back, what is back. */
export function progressOf(job: Job): Progress {
  const steps = Object.values(job.service_results);
  const isBackwards = job.status === "compensating";
  const isDone = (step: Step): boolean =>
    isBackwards ? step.status === "compensated" || step.status === "skipped" : step.status === "done";
  const toDo = isBackwards ? steps.filter((step) => step.status !== "pending") : steps;
  return {
    done: toDo.filter(isDone).length,
    all: toDo.length,
    failed: steps.filter((step) => step.status === "failed" || step.status === "unknown").length,
    rows: steps.reduce((sum, step) => sum + step.total, 0),
  };
}
