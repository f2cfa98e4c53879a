import type { JSX } from "preact";
import { useState } from "preact/hooks";

import type { Hold, HoldPage } from "../api/types";
import { Actor } from "../parts/actor";
import { Ago, Badge, Empty, Id, PageHead } from "../parts/basics";
import { HoldDialog, ReleaseDialog } from "../parts/hold_dialog";
import { Icon } from "../parts/icon";
import { type Column, List, Pages } from "../parts/list";
import { usePages } from "../use_query";

export function HoldsPage(): JSX.Element {
  const [withReleased, setWithReleased] = useState(false);
  const [isPlacing, setPlacing] = useState(false);
  const [releasing, setReleasing] = useState<Hold | null>(null);
  const path = `/api/v1/legal-holds?limit=100&released=${withReleased}`;
  const query = usePages<HoldPage, Hold>(path, (page) => page.holds, (hold) => hold.number);
  const { reload } = query;
  const columns: Column<Hold>[] = [
    { name: "Tenant", is: "entry", cell: (hold) => <a href={`/tenants/${hold.tenant_id}`}>{hold.tenant_name ?? <Id value={hold.tenant_id} />}</a> },
    { name: "Reason", breaks: true, cell: (hold) => hold.reason },
    { name: "Placed by", cell: (hold) => <Actor by={hold.placed_by} /> },
    { name: "Placed", is: "number", cell: (hold) => <Ago at={hold.placed_at} /> },
    {
      name: "Decide",
      is: "decide",
      cell: (hold) =>
        hold.released_at ? (
          <Badge tone="neutral">Released</Badge>
        ) : (
          <button type="button" class="button small" onClick={() => setReleasing(hold)}>
            Release
          </button>
        ),
    },
  ];
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
          tenant={{ id: releasing.tenant_id, name: releasing.tenant_name ?? `tenant ${releasing.tenant_id.slice(0, 8)}` }}
          onClose={() => setReleasing(null)}
          onDone={reload}
        />
      )}
      <label class="check">
        <input type="checkbox" checked={withReleased} onChange={(event) => setWithReleased(event.currentTarget.checked)} />
        Released ones too
      </label>
      <Pages title="Holds" query={query} lines={4}>
        {query.data?.length ? (
          <List columns={columns} entries={query.data} keyOf={(hold) => hold.number} />
        ) : (
          <Empty icon="holds" title="No legal hold stands" />
        )}
      </Pages>
    </>
  );
}
