import type { JSX } from "preact";

import { account } from "./api/client";
import { Empty, PageHead } from "./parts/basics";
import { Shell } from "./parts/shell";
import { ApprovalsPage } from "./pages/approvals";
import { AuditPage } from "./pages/audit";
import { DeletionPage } from "./pages/deletion";
import { DeletionsPage } from "./pages/deletions";
import { HoldsPage } from "./pages/holds";
import { LogInPage } from "./pages/log_in";
import { OverviewPage } from "./pages/overview";
import { ReferencePage } from "./pages/reference";
import { SchedulesPage } from "./pages/schedules";
import { SchemasPage } from "./pages/schemas";
import { TenantPage } from "./pages/tenant";
import { TenantsPage } from "./pages/tenants";
import { place } from "./routes";

function Page(): JSX.Element {
  const { page, id } = place.value;
  switch (page) {
    case "overview":
      return <OverviewPage />;
    case "deletions":
      return <DeletionsPage />;
    case "deletion":
      return <DeletionPage key={id} id={id} />;
    case "tenants":
      return <TenantsPage />;
    case "tenant":
      return <TenantPage key={id} id={id} />;
    case "schedules":
      return <SchedulesPage />;
    case "approvals":
      return <ApprovalsPage />;
    case "holds":
      return <HoldsPage />;
    case "audit":
      return <AuditPage />;
    case "schemas":
      return <SchemasPage />;
    case "reference":
      return <ReferencePage />;
    default:
      return (
        <>
          <PageHead title="Nothing is here" />
          <Empty icon="search" title="This address leads nowhere">
            <a href="/">Go to the overview</a>
          </Empty>
        </>
      );
  }
}

export function App(): JSX.Element {
  if (account.value === undefined) {
    return (
      <div class="splash" role="status">
        <span class="brand-mark" aria-hidden="true">
          T
        </span>
        <span class="visually-hidden">Loading</span>
      </div>
    );
  }
  if (account.value === null) return <LogInPage />;
  return (
    <Shell>
      <Page />
    </Shell>
  );
}
