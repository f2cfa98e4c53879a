import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { api, post } from "../api/client";
import type { Domain } from "../api/types";
import { useAction, useQuery } from "../use_query";
import { Badge, Loading, Panel, Problem } from "./basics";
import { Field, FormDialog } from "./dialog";

function AddDialog(props: { path: string; onClose: () => void; onDone: () => void }): JSX.Element {
  const action = useAction();
  const [domain, setDomain] = useState("");
  const add = async (): Promise<void> => {
    if (!(await action.run(() => post(props.path, { domain: domain.trim().toLowerCase() })))) return;
    props.onDone();
    props.onClose();
  };
  return (
    <FormDialog
      title="Add a domain"
      submit="Add"
      busy="Adding…"
      isDisabled={domain.trim() === ""}
      action={action}
      onSubmit={() => void add()}
      onClose={props.onClose}
    >
      <Field id="domain" label="Host name" hint="Requests to it are for this tenant. The first one is the primary one.">
        <input
          id="domain"
          required
          maxLength={253}
          autoComplete="off"
          autoCapitalize="none"
          spellcheck={false}
          placeholder="shop.example.org"
          value={domain}
          onInput={(event) => setDomain(event.currentTarget.value)}
          aria-describedby="domain-hint"
        />
      </Field>
    </FormDialog>
  );
}

function RemoveDialog(props: { path: string; domain: string; onClose: () => void; onDone: () => void }): JSX.Element {
  const action = useAction();
  const remove = async (): Promise<void> => {
    if (!(await action.run(() => api("DELETE", props.path)))) return;
    props.onDone();
    props.onClose();
  };
  return (
    <FormDialog
      title={`Remove ${props.domain}?`}
      submit="Remove"
      busy="Removing…"
      isDangerous
      action={action}
      onSubmit={() => void remove()}
      onClose={props.onClose}
    >
      <p>Requests to it will find no tenant.</p>
    </FormDialog>
  );
}

/** The host names of a tenant; whoever runs it changes them. */
export function Domains({ tenant, canChange }: { tenant: string; canChange: boolean }): JSX.Element {
  const path = `/api/v1/tenants/${tenant}/domains`;
  const { data, error, reload } = useQuery<{ domains: Domain[] }>(path);
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<string | null>(null);
  const action = useAction();
  const pathOf = (domain: string, part = ""): string => `${path}/${encodeURIComponent(domain)}${part}`;
  const choose = async (domain: string): Promise<void> => {
    if (await action.run(() => post(pathOf(domain, "/primary")))) reload();
  };
  const problem = error ?? action.error;
  return (
    <Panel
      title="Domains"
      isFlush={(data?.domains.length ?? 0) > 0}
      {...(canChange
        ? {
            actions: (
              <button type="button" class="button small" onClick={() => setAdding(true)}>
                Add domain
              </button>
            ),
          }
        : {})}
    >
      {problem && <Problem error={problem} retry={reload} />}
      {!data && !error && <Loading lines={1} />}
      {data?.domains.length === 0 && <p class="fine">It has no host name of its own.</p>}
      {data && data.domains.length > 0 && (
        <table class="table tight">
          <thead>
            <tr>
              <th scope="col">Host name</th>
              {canChange && (
                <th scope="col">
                  <span class="visually-hidden">Change</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {data.domains.map(({ domain, is_primary }) => (
              <tr key={domain}>
                <th scope="row" class="break">
                  {domain} {is_primary && <Badge tone="info">primary</Badge>}
                </th>
                {canChange && (
                  <td class="row-actions">
                    {!is_primary && (
                      <button type="button" class="button" aria-label={`Make primary: ${domain}`} onClick={() => void choose(domain)}>
                        Make primary
                      </button>
                    )}
                    <button type="button" class="button" aria-label={`Remove ${domain}`} onClick={() => setRemoving(domain)}>
                      Remove
                    </button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {isAdding && <AddDialog path={path} onClose={() => setAdding(false)} onDone={reload} />}
      {removing && (
        <RemoveDialog path={pathOf(removing)} domain={removing} onClose={() => setRemoving(null)} onDone={reload} />
      )}
    </Panel>
  );
}
