import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { account, api, post } from "../api/client";
import type { EstatePreview, Job } from "../api/types";
import { useAction, useQuery } from "../use_query";
import { isOpen, subjectOf } from "../words";
import { Loading, Problem } from "./basics";
import { Field, FormDialog } from "./dialog";
import { HoldDialog } from "./hold_dialog";
import { Preview } from "./preview";

type Question = "cancel" | "retry" | "restore" | "approve" | "reschedule" | "hold";

interface Asked {
  job: Job;
  onClose: () => void;
  onDone: () => void;
}

const pathOf = (job: Job, part = ""): string => `/api/v1/auth/deletion-jobs/${job.job_id}${part}`;

function Decision(
  props: Asked & { part: string; title: string; text: string; submit: string; busy: string; isDangerous?: boolean },
): JSX.Element {
  const action = useAction();
  const decide = async (): Promise<void> => {
    if (!(await action.run(() => post(pathOf(props.job, props.part))))) return;
    props.onDone();
    props.onClose();
  };
  return (
    <FormDialog
      title={props.title}
      submit={props.submit}
      busy={props.busy}
      isDangerous={props.isDangerous ?? false}
      action={action}
      onSubmit={() => void decide()}
      onClose={props.onClose}
    >
      <p>{props.text}</p>
    </FormDialog>
  );
}

/** A second person looks at the preview, and consents to exactly that. */
function ApproveDialog({ job, onClose, onDone }: Asked): JSX.Element {
  const action = useAction();
  const preview = useQuery<EstatePreview>(`/api/v1/deletion-preview/${job.tenant_id}`);
  const approve = async (): Promise<void> => {
    if (!(await action.run(() => post(pathOf(job, "/approve"), { digest: preview.data?.digest })))) return;
    onDone();
    onClose();
  };
  return (
    <FormDialog
      title={`Approve the deletion of ${subjectOf(job)}`}
      submit="Approve"
      busy="Approving…"
      isDangerous
      isWide
      isDisabled={!preview.data}
      action={action}
      onSubmit={() => void approve()}
      onClose={onClose}
    >
      <p>Your approval is bound to this plan and these counts. When they change before the deletion begins, it lapses.</p>
      {preview.error && <Problem error={preview.error} retry={preview.reload} />}
      {preview.data ? <Preview preview={preview.data} /> : !preview.error && <Loading lines={6} />}
    </FormDialog>
  );
}

/** "2026-11-27T14:00" as a field of the form has it, in the reader's own zone. */
export function localTime(iso: string): string {
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function RescheduleDialog({ job, onClose, onDone }: Asked): JSX.Element {
  const action = useAction();
  const [at, setAt] = useState(job.run_at ? localTime(job.run_at) : "");
  const [priority, setPriority] = useState(String(job.priority));
  const save = async (): Promise<void> => {
    const change = { priority: Number(priority), ...(job.status === "scheduled" && at ? { run_at: new Date(at).toISOString() } : {}) };
    if (!(await action.run(() => api("PATCH", pathOf(job), change)))) return;
    onDone();
    onClose();
  };
  return (
    <FormDialog
      title={`Reschedule the deletion of ${subjectOf(job)}`}
      submit="Save"
      busy="Saving…"
      action={action}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      {job.status === "scheduled" && (
        <Field id="run-at" label="When to begin" hint={`Your time zone: ${Intl.DateTimeFormat().resolvedOptions().timeZone}`}>
          <input id="run-at" type="datetime-local" required value={at} onInput={(event) => setAt(event.currentTarget.value)} aria-describedby="run-at-hint" />
        </Field>
      )}
      <Field id="priority" label="Priority" hint="-100 to 100; the highest goes first.">
        <input id="priority" type="number" min={-100} max={100} required value={priority} onInput={(event) => setPriority(event.currentTarget.value)} aria-describedby="priority-hint" />
      </Field>
    </FormDialog>
  );
}

function possible(job: Job, isOperator: boolean): Question[] {
  const questions: Question[] = [];
  const isOpenJob = isOpen(job.status);
  const isOwnOrder = job.initiated_by !== null && job.initiated_by === account.value?.user_id;
  const hasApproval = job.approvals.some((approval) => !approval.lapsed_at);
  if (isOperator && job.needs_approval && !hasApproval && !isOwnOrder && (job.status === "awaiting_approval" || job.status === "scheduled")) {
    questions.push("approve");
  }
  if (isOperator && (job.status === "failed" || job.status === "compensation_failed" || job.waits_until)) questions.push("retry");
  if (isOperator && job.status === "completed" && job.archive && !job.archive.destroyed_at) questions.push("restore");
  if (isOperator && job.status === "scheduled") questions.push("reschedule");
  if (isOperator && isOpenJob && job.tenant_id && !job.hold) questions.push("hold");
  if (isOpenJob && job.status !== "compensating" && !job.cancel_requested) questions.push("cancel");
  return questions;
}

const LABEL: Record<Question, string> = {
  cancel: "Cancel deletion",
  retry: "Try again",
  restore: "Take it back",
  approve: "Approve",
  reschedule: "Reschedule",
  hold: "Place legal hold",
};

/** The buttons for what can be decided about a deletion now, and the question that each asks first. */
export function JobActions({ job, isOperator, onDone }: { job: Job; isOperator: boolean; onDone: () => void }): JSX.Element {
  const [asked, setAsked] = useState<Question | null>(null);
  const props = { job, onDone, onClose: () => setAsked(null) };
  const name = subjectOf(job);
  return (
    <>
      {possible(job, isOperator).map((question) => (
        <button
          key={question}
          type="button"
          class={question === "approve" || question === "restore" || question === "retry" ? "button primary" : "button"}
          onClick={() => setAsked(question)}
        >
          {LABEL[question]}
        </button>
      ))}
      {asked === "cancel" && (
        <Decision
          {...props}
          part="/cancel"
          title={`Cancel the deletion of ${name}?`}
          text="What has been deleted already is brought back from the archive. Without an archive, a deletion that has begun cannot be cancelled."
          submit="Cancel deletion"
          busy="Cancelling…"
          isDangerous
        />
      )}
      {asked === "retry" && (
        <Decision {...props} part="/retry" title={`Try the deletion of ${name} again?`} text="It goes on where it stopped; nothing is deleted twice." submit="Try again" busy="Asking…" />
      )}
      {asked === "restore" && (
        <Decision
          {...props}
          part="/restore"
          title={`Take the deletion of ${name} back?`}
          text="Every row is put back where it was, from the archive. It is refused where newer rows are in the way."
          submit="Take it back"
          busy="Asking…"
        />
      )}
      {asked === "approve" && <ApproveDialog {...props} />}
      {asked === "reschedule" && <RescheduleDialog {...props} />}
      {asked === "hold" && job.tenant_id && (
        <HoldDialog tenant={{ id: job.tenant_id, name }} onClose={props.onClose} onDone={onDone} />
      )}
    </>
  );
}
