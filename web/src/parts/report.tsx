import type { JSX } from "preact";

import { download } from "../api/client";
import type { Job } from "../api/types";
import { useAction } from "../use_query";
import { Panel, Problem } from "./basics";

/** Hands the browser bytes to keep as a file. */
function save(bytes: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(bytes);
  link.download = name;
  link.click();
  // The browser has taken the bytes over once the click is through.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** The signed report of a deletion that has ended, to take away. */
export function Report({ job }: { job: Job }): JSX.Element {
  const action = useAction();
  const fetchAs = (format: "pdf" | "json"): Promise<boolean> =>
    action.run(async () => {
      const bytes = await download(`/api/v1/auth/deletion-jobs/${job.job_id}/report?format=${format}`);
      save(bytes, `deletion-report-${job.job_id}.${format}`);
    });
  const button = (format: "pdf" | "json", text: string): JSX.Element => (
    <button type="button" class="button" disabled={action.isRunning} onClick={() => void fetchAs(format)}>
      {text}
    </button>
  );
  return (
    <Panel title="Report">
      {action.error && <Problem error={action.error} />}
      <div class="page-actions report-files">
        {button("pdf", "Download PDF")}
        {button("json", "Download JSON")}
      </div>
      <p>
        Signed: <code>tenure verify FILE --key evidence-key.pem</code> tells whether it was changed, with the{" "}
        <a href="/api/v1/auth/evidence-key.pem" download="evidence-key.pem">
          public key
        </a>{" "}
        alone.
      </p>
    </Panel>
  );
}
