import type { JSX } from "preact";
import { useState } from "preact/hooks";

import type { Hold, HoldPage, Tenant } from "../api/types";
import { Actor } from "../parts/actor";
import { Ago, Badge, Empty, Id, Loading, More, PageHead, Panel, Problem } from "../parts/basics";
import { HoldDialog, ReleaseDialog } from "../parts/hold_dialog";
import { Icon } from "../parts/icon";
import { usePages, useQuery } from "../use_query";

/** A tenant by its name, while it has one. */
function TenantName({ id }: { id: string }): JSX.Element {
  const { data } = useQuery<Tenant>(`/api/v1/tenants/${id}`);
  return <a href={`/tenants/${id}`}>{data?.name ?? <Id value={id} />}</a>;
}

export function HoldsPage(): JSX.Element {
  const [withReleased, setWithReleased] = useState(false);
  const [isPlacing, setPlacing] = useState(false);
  const [releasing, setReleasing] = useState<Hold | null>(null);
  const { data, error, isLoading, reload, hasMore, more } = usePages<HoldPage, Hold>(
    `/api/v1/legal-holds?limit=100&released=${withReleased}`,
    (page) => page.holds,
  );
  return (
    <>
      <PageHead title="Legal holds" lead="While one stands, nothing of the tenant is deleted.">
        <button type="button" class="button primary" onClick={() => setPlacing(true)}>
          <Icon name="plus" /> Place hold
        </button>
      </PageHead>
      {isPlacing && <HoldDialog tenant={null} onClose={() => setPlacing(false)} onDone={reload} />}
      {releasing && (
        <ReleaseDialog
          tenant={{ id: releasing.tenant_id, name: `tenant ${releasing.tenant_id.slice(0, 8)}` }}
          onClose={() => setReleasing(null)}
          onDone={reload}
        />
      )}
      <label class="check">
        <input type="checkbox" checked={withReleased} onChange={(event) => setWithReleased(event.currentTarget.checked)} />
        Released ones too
      </label>
      {error && <Problem error={error} retry={reload} />}
      {!data && !error && <Loading lines={4} />}
      {data && (
        <Panel title="Holds" isFlush>
          {data.length === 0 ? (
            <Empty icon="holds" title="No legal hold stands" />
          ) : (
            <table class="table stack">
              <thead>
                <tr>
                  <th scope="col">Tenant</th>
                  <th scope="col">Reason</th>
                  <th scope="col">Placed by</th>
                  <th scope="col" class="num">
                    Placed
                  </th>
                  <th scope="col">
                    <span class="visually-hidden">Decide</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {data.map((hold) => (
                  <tr key={hold.number}>
                    <th scope="row" class="break" data-label="Tenant">
                      <TenantName id={hold.tenant_id} />
                    </th>
                    <td class="break" data-label="Reason">
                      {hold.reason}
                    </td>
                    <td data-label="Placed by">
                      <Actor by={hold.placed_by} />
                    </td>
                    <td class="num" data-label="Placed">
                      <Ago at={hold.placed_at} />
                    </td>
                    <td class="row-actions">
                      {hold.released_at ? (
                        <Badge tone="neutral">Released</Badge>
                      ) : (
                        <button type="button" class="button small" onClick={() => setReleasing(hold)}>
                          Release
                        </button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {hasMore && <More onMore={more} isLoading={isLoading} />}
        </Panel>
      )}
    </>
  );
}
