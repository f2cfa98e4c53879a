import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { account, post } from "../api/client";
import type { Hold, HoldPage, Job, JobPage, Member, Tenant } from "../api/types";
import { endings, jobs } from "../live";
import { Person } from "../parts/actor";
import { Badge, Empty, Facts, Id, Loading, Moment, PageHead, Panel, Problem } from "../parts/basics";
import { DeleteDialog } from "../parts/delete_dialog";
import { FormDialog } from "../parts/dialog";
import { Domains } from "../parts/domains";
import { HoldDialog, ReleaseDialog } from "../parts/hold_dialog";
import { JobCard } from "../parts/job_row";
import { Places } from "../parts/places";
import { useAction, useQuery } from "../use_query";
import { isOpen } from "../words";
import { JobTable } from "./deletions";
import { TenantBadge } from "./tenants";

type Question = "delete" | "suspend" | "activate" | "restore" | "hold" | "release";

const CHANGES: Record<"suspend" | "activate" | "restore", { title: string; text: string; submit: string }> = {
  suspend: { title: "Suspend", text: "Its members can do nothing until it is activated again. Nothing is deleted.", submit: "Suspend" },
  activate: { title: "Activate", text: "Its members can work again.", submit: "Activate" },
  restore: { title: "Restore", text: "It comes back exactly as it was, for all of its members.", submit: "Restore" },
};

function ChangeDialog(props: {
  change: "suspend" | "activate" | "restore";
  tenant: Tenant;
  onClose: () => void;
  onDone: () => void;
}): JSX.Element {
  const action = useAction();
  const { title, text, submit } = CHANGES[props.change];
  const change = async (): Promise<void> => {
    if (!(await action.run(() => post(`/api/v1/tenants/${props.tenant.tenant_id}/${props.change}`)))) return;
    props.onDone();
    props.onClose();
  };
  return (
    <FormDialog
      title={`${title} ${props.tenant.name}?`}
      submit={submit}
      busy="Asking…"
      action={action}
      onSubmit={() => void change()}
      onClose={props.onClose}
    >
      <p>{text}</p>
    </FormDialog>
  );
}

function Members({ tenant }: { tenant: string }): JSX.Element {
  const { data, error, reload } = useQuery<{ members: Member[] }>(`/api/v1/tenants/${tenant}/members`);
  return (
    <Panel title="Members" {...(data ? { note: String(data.members.length) } : {})} isFlush={data !== null}>
      {error && <Problem error={error} retry={reload} />}
      {!data && !error && <Loading />}
      {data && (
        <table class="table tight">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col" class="num">
                Role
              </th>
            </tr>
          </thead>
          <tbody>
            {data.members.map((member) => (
              <tr key={member.user_id}>
                <th scope="row" class="break">
                  {member.full_name ?? <Person id={member.user_id} />}
                  {member.email && <span class="fine block">{member.email}</span>}
                </th>
                <td class="num">
                  <Badge tone={member.role === "owner" ? "info" : "neutral"}>{member.role}</Badge>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function Deletions({ tenant }: { tenant: string }): JSX.Element | null {
  const { data, error, reload } = useQuery<JobPage>(
    `/api/v1/auth/deletion-jobs?tenant_id=${tenant}&limit=20`,
    endings.value,
  );
  const list = data?.jobs.map((job) => jobs.value.get(job.job_id) ?? job) ?? [];
  if (error) return <Problem error={error} retry={reload} />;
  if (list.length === 0) return null;
  return (
    <Panel title="Its deletions" isFlush>
      <JobTable list={list} />
    </Panel>
  );
}

function questionsOf(tenant: Tenant, hold: Hold | null, isOperator: boolean): Question[] {
  const runsIt = tenant.role === "owner" || tenant.role === "admin";
  const isBeingDeleted = tenant.status === "deleting";
  const questions: Question[] = [];
  if (tenant.deleted_at && !isBeingDeleted && (runsIt || isOperator)) questions.push("restore");
  if (isOperator && !tenant.deleted_at && tenant.status === "active") questions.push("suspend");
  if (isOperator && tenant.status === "suspended") questions.push("activate");
  if (isOperator) questions.push(hold ? "release" : "hold");
  if (runsIt && !isBeingDeleted && !hold) questions.push("delete");
  return questions;
}

const LABEL: Record<Question, string> = {
  delete: "Delete…",
  suspend: "Suspend",
  activate: "Activate",
  restore: "Restore",
  hold: "Place legal hold",
  release: "Release legal hold",
};

export function TenantPage({ id }: { id: string }): JSX.Element {
  const isOperator = account.value?.is_platform_admin ?? false;
  const open = [...jobs.value.values()].find((job: Job) => job.tenant_id === id && isOpen(job.status));
  const again = `${endings.value} ${open?.status ?? ""}`;
  const { data: tenant, error, reload } = useQuery<Tenant>(`/api/v1/tenants/${id}`, again);
  const holds = useQuery<HoldPage>(isOperator ? `/api/v1/legal-holds?tenant_id=${id}` : null, again);
  const [asked, setAsked] = useState<Question | null>(null);
  const close = (): void => setAsked(null);
  const changed = (): void => {
    reload();
    holds.reload();
  };
  const back = { href: "/tenants", text: "Tenants" };
  if (error?.status === 404) {
    return (
      <>
        <PageHead title="Tenant" back={back} />
        <Empty icon="tenants" title="There is no such tenant">
          It may have been deleted; its deletion tells.
        </Empty>
        <Deletions tenant={id} />
      </>
    );
  }
  if (!tenant) {
    return (
      <>
        <PageHead title="Tenant" back={back} />
        {error ? <Problem error={error} retry={reload} /> : <Loading lines={6} />}
      </>
    );
  }
  const hold = holds.data?.holds[0] ?? null;
  const named = { id, name: tenant.name };
  const isLive = tenant.status === "active" && !tenant.deleted_at;
  const runsIt = tenant.role === "owner" || tenant.role === "admin";
  return (
    <>
      <PageHead title={tenant.name} back={back} lead={<TenantBadge tenant={tenant} />}>
        {questionsOf(tenant, hold, isOperator).map((question) => (
          <button
            key={question}
            type="button"
            class={question === "delete" ? "button danger" : question === "restore" ? "button primary" : "button"}
            onClick={() => setAsked(question)}
          >
            {LABEL[question]}
          </button>
        ))}
      </PageHead>
      {tenant.deleted_at && tenant.status !== "deleting" && tenant.erase_after && (
        <p class="notice warn">
          Hidden since <Moment at={tenant.deleted_at} />. It can be restored until <Moment at={tenant.erase_after} />, and is
          deleted then.
        </p>
      )}
      {hold && (
        <p class="notice warn">
          A legal hold stands since <Moment at={hold.placed_at} />: {hold.reason}
        </p>
      )}
      {isOperator && !runsIt && (
        <p class="notice">Its owner and its admins can delete it; you are neither, and can suspend it or place a hold.</p>
      )}
      {open && (
        <ul class="job-cards alone">
          <JobCard job={open} />
        </ul>
      )}
      <div class="columns">
        <div class="column">
          <Panel title="About it">
            <Facts
              facts={[
                ["Id", <Id value={tenant.tenant_id} />],
                ["Address", tenant.slug],
                ["Time zone", tenant.time_zone],
                ["Created", <Moment at={tenant.created_at} />],
                ["Changed", <Moment at={tenant.updated_at} />],
                ["Owner", <Person id={tenant.owner_id} />],
              ]}
            />
          </Panel>
          {isLive && <Domains tenant={id} canChange={runsIt} />}
        </div>
        <div class="column">{(isLive || isOperator) && <Members tenant={id} />}</div>
      </div>
      {isOperator && <Places tenant={id} again={again} />}
      {(isOperator || runsIt) && <Deletions tenant={id} />}
      {asked === "delete" && <DeleteDialog tenant={tenant} onClose={close} onHidden={changed} />}
      {(asked === "suspend" || asked === "activate" || asked === "restore") && (
        <ChangeDialog change={asked} tenant={tenant} onClose={close} onDone={changed} />
      )}
      {asked === "hold" && <HoldDialog tenant={named} onClose={close} onDone={changed} />}
      {asked === "release" && <ReleaseDialog tenant={named} onClose={close} onDone={changed} />}
    </>
  );
}
