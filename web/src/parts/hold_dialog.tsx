import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { post } from "../api/client";
import { useAction } from "../use_query";
import { Field, FormDialog } from "./dialog";

/** `tenant` null: its id is asked for as well. */
export function HoldDialog(props: {
  tenant: { id: string; name: string } | null;
  onClose: () => void;
  onDone: () => void;
}): JSX.Element {
  const action = useAction();
  const [id, setId] = useState("");
  const [reason, setReason] = useState("");
  const place = async (): Promise<void> => {
    const placed = await action.run(() => post("/api/v1/legal-holds", { tenant_id: props.tenant?.id ?? id.trim(), reason }));
    if (!placed) return;
    props.onDone();
    props.onClose();
  };
  return (
    <FormDialog
      title={props.tenant ? `Place a legal hold on ${props.tenant.name}` : "Place a legal hold"}
      submit="Place hold"
      busy="Placing…"
      isDisabled={reason.trim() === ""}
      action={action}
      onSubmit={() => void place()}
      onClose={props.onClose}
    >
      <p>While it stands, nothing of the tenant is deleted: no deletion starts, and one that runs stops before its next step.</p>
      {!props.tenant && (
        <Field id="hold-tenant" label="Tenant id">
          <input id="hold-tenant" required autoComplete="off" spellcheck={false} value={id} onInput={(event) => setId(event.currentTarget.value)} />
        </Field>
      )}
      <Field id="hold-reason" label="Reason" hint="Kept with the hold. Name a case, not a person.">
        <input id="hold-reason" required maxLength={500} autoComplete="off" value={reason} onInput={(event) => setReason(event.currentTarget.value)} aria-describedby="hold-reason-hint" />
      </Field>
    </FormDialog>
  );
}

export function ReleaseDialog(props: {
  tenant: { id: string; name: string };
  onClose: () => void;
  onDone: () => void;
}): JSX.Element {
  const action = useAction();
  const release = async (): Promise<void> => {
    if (!(await action.run(() => post(`/api/v1/legal-holds/${props.tenant.id}/release`)))) return;
    props.onDone();
    props.onClose();
  };
  return (
    <FormDialog
      title={`Release the legal hold on ${props.tenant.name}?`}
      submit="Release hold"
      busy="Releasing…"
      isDangerous
      action={action}
      onSubmit={() => void release()}
      onClose={props.onClose}
    >
      <p>A deletion that it stopped goes on by itself.</p>
    </FormDialog>
  );
}
