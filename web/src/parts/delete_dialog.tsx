import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { api, post } from "../api/client";
import type { EstatePreview, Member, Tenant } from "../api/types";
import { go } from "../routes";
import { useAction, useQuery } from "../use_query";
import { Loading, Problem } from "./basics";
import { Field, FormDialog } from "./dialog";
import { expectRows } from "./expected";
import { Preview } from "./preview";

type When = "now" | "later" | "hide";

/** Preview, typed name, and the order. */
export function DeleteDialog(props: { tenant: Tenant; onClose: () => void; onHidden: () => void }): JSX.Element {
  const { tenant } = props;
  const preview = useQuery<EstatePreview>(`/api/v1/deletion-preview/${tenant.tenant_id}`);
  const action = useAction();
  const [typed, setTyped] = useState("");
  const [when, setWhen] = useState<When>("now");
  const [at, setAt] = useState("");
  const isRightName = typed === tenant.name;
  const isWrongName = typed !== "" && !tenant.name.startsWith(typed);

  const order = async (): Promise<void> => {
    let job: string | null = null;
    const done = await action.run(async () => {
      if (when === "hide") {
        await post(`/api/v1/tenants/${tenant.tenant_id}/soft-delete`, { confirm: typed });
        return;
      }
      const body = { confirm: typed, ...(when === "later" ? { run_at: new Date(at).toISOString() } : {}) };
      const answer = await api<{ job_id: string }>("DELETE", `/api/v1/tenants/${tenant.tenant_id}`, body, {
        Prefer: "respond-async",
      });
      job = answer.job_id;
    });
    if (!done) return;
    props.onClose();
    if (job === null) {
      props.onHidden();
      return;
    }
    if (preview.data) expectRows(job, preview.data);
    go(`/deletions/${job}`);
  };

  const admins = (action.error?.body["admins"] ?? []) as Member[];
  return (
    <FormDialog
      title={`Delete ${tenant.name}`}
      submit={when === "now" ? "Delete everything" : when === "later" ? "Schedule deletion" : "Hide tenant"}
      busy="Ordering…"
      isDangerous
      isWide
      isDisabled={!isRightName || !preview.data || (when === "later" && at === "")}
      action={action}
      onSubmit={() => void order()}
      onClose={props.onClose}
      foot={
        <Field
          id="confirm"
          label="Type the tenant's name to confirm"
          hint={
            <>
              <span class="typed-name">{tenant.name}</span>
              {isWrongName && <span class="text-bad"> That is not its name.</span>}
            </>
          }
        >
          <input
            id="confirm"
            autoComplete="off"
            spellcheck={false}
            value={typed}
            onInput={(event) => {
              setTyped(event.currentTarget.value);
              action.clear();
            }}
            aria-describedby="confirm-hint"
            aria-invalid={isWrongName}
          />
        </Field>
      }
    >
      {preview.error && <Problem error={preview.error} retry={preview.reload} />}
      {preview.data ? <Preview preview={preview.data} /> : !preview.error && <Loading lines={8} />}
      <fieldset class="choices">
        <legend>When</legend>
        <label>
          <input type="radio" name="when" checked={when === "now"} onChange={() => setWhen("now")} />
          <span>
            <strong>Now</strong>
            <span class="fine">The deletion begins at once.</span>
          </span>
        </label>
        <label>
          <input type="radio" name="when" checked={when === "later"} onChange={() => setWhen("later")} />
          <span>
            <strong>At a time</strong>
            <span class="fine">Until then the tenant is left alone, and the deletion can be cancelled.</span>
          </span>
        </label>
        {!tenant.deleted_at && (
          <label>
            <input type="radio" name="when" checked={when === "hide"} onChange={() => setWhen("hide")} />
            <span>
              <strong>Hide it first</strong>
              <span class="fine">It is gone for its members at once, can be restored for a while, and is deleted then.</span>
            </span>
          </label>
        )}
      </fieldset>
      {when === "later" && (
        <Field id="delete-at" label="Time" hint={`Your time zone: ${Intl.DateTimeFormat().resolvedOptions().timeZone}`}>
          <input id="delete-at" type="datetime-local" required value={at} onInput={(event) => setAt(event.currentTarget.value)} aria-describedby="delete-at-hint" />
        </Field>
      )}
      {admins.length > 0 && (
        <ul class="errors">
          {admins.map((admin) => (
            <li key={admin.user_id}>
              {admin.full_name ?? admin.user_id} ({admin.role})
            </li>
          ))}
        </ul>
      )}
    </FormDialog>
  );
}
