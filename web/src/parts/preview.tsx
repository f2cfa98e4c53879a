import type { JSX } from "preact";

import type { EstatePreview, ServicePreview } from "../api/types";
import { count, duration, plural } from "../format";

function Service({ preview }: { preview: ServicePreview }): JSX.Element {
  const tables = Object.entries(preview.data_counts ?? {}).filter(([, rows]) => rows > 0);
  const kept = Object.entries(preview.kept ?? {});
  const outside = preview.outside_rows ?? [];
  const errors = preview.errors ?? [];
  return (
    <li class="preview-service">
      <details open={errors.length > 0 || outside.length > 0}>
        <summary>
          <span class="service-name">{preview.service}</span>
          {kept.length > 0 && <span class="preview-kept">{plural(kept.length, "table")} kept</span>}
          <span class="num">{errors.length > 0 ? "not counted" : `${count(preview.total_items ?? 0)} rows`}</span>
        </summary>
        <table class="table tight counts">
          <caption class="visually-hidden">Tables of {preview.service}</caption>
          <tbody>
            {tables.map(([table, rows]) => (
              <tr key={table}>
                <th scope="row" class="break">
                  {table}
                </th>
                <td class="num">{count(rows)}</td>
              </tr>
            ))}
            {tables.length === 0 && errors.length === 0 && (
              <tr>
                <td>No row of this tenant is here.</td>
              </tr>
            )}
            {kept.map(([table, { reason, rows }]) => (
              <tr key={`kept-${table}`} class="kept">
                <th scope="row" class="break">
                  {table} <span class="fine">kept: {reason}</span>
                </th>
                <td class="num">{rows === null ? "all" : count(rows)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {outside.length > 0 && (
          <ul class="errors">
            {outside.map((row) => (
              <li key={`${row.table}-${row.key}`}>
                {plural(row.rows, "row")} of others in {row.table} hang under {row.parent}
                {row.rule ? ` (${row.rule})` : "; the deletion refuses until a rule says what becomes of them"}
              </li>
            ))}
          </ul>
        )}
        {errors.length > 0 && (
          <ul class="errors">
            {errors.map((error) => (
              <li key={error}>{error}</li>
            ))}
          </ul>
        )}
      </details>
    </li>
  );
}

/** What a deletion would do, by service and table. */
export function Preview({ preview }: { preview: EstatePreview }): JSX.Element {
  const services = Object.values(preview.services);
  const kept = services.reduce((sum, service) => sum + Object.keys(service.kept ?? {}).length, 0);
  return (
    <div class="preview">
      <p class="preview-total">
        <strong class="num">{count(preview.total_items)}</strong> rows in {plural(services.length, "service")} will be deleted
        {kept > 0 && <>; rows in {plural(kept, "table")} are kept</>}.
      </p>
      <p class="fine">
        {preview.retained_seconds === null
          ? "They cannot be brought back."
          : `They can be brought back for ${duration(preview.retained_seconds)}, then their archive's key is destroyed.`}
      </p>
      <ul class="preview-services">
        {services.map((service) => (
          <Service key={service.service} preview={service} />
        ))}
      </ul>
    </div>
  );
}
