#include "reports/report_pdf.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/grouped.h"
#include "reports/page_flow.h"
#include "reports/signed_file.h"

namespace tenure::reports {
namespace {

using nlohmann::json;
using Facts = std::vector<std::pair<std::string, std::string>>;

constexpr Color kGreen{0.06F, 0.42F, 0.28F};
constexpr Color kBlue{0.14F, 0.33F, 0.55F};
constexpr Color kSlate{0.30F, 0.34F, 0.40F};
constexpr Color kRed{0.62F, 0.13F, 0.13F};

std::string text_of(const json& value) { return value.is_string() ? value.get<std::string>() : std::string(); }

/// "2026-03-01T12:00:00.000Z" → "2026-03-01 12:00:00 UTC".
std::string time_of(const json& value) {
  const auto text = text_of(value);
  return text.size() < 19 ? "–" : fmt::format("{} {} UTC", text.substr(0, 10), text.substr(11, 8));
}

std::string count_of(const json& value) { return value.is_number() ? grouped(value.get<std::int64_t>()) : "–"; }

std::string of(const json& report, const char* key) { return text_of(report.at(key)); }

bool is_certificate(const json& report) { return of(report, "document") == "certificate"; }

std::string subject_of(const json& report) {
  const auto& subject = report.at("subject");
  return fmt::format("{} {}", of(subject, "kind"), of(subject, "id"));
}

std::string amount(const json& report) {
  const auto& totals = report.at("totals");
  const auto changed = totals.at("changed").get<std::int64_t>();
  const auto services = report.at("services").size();
  return fmt::format("{} rows deleted{} in {} service{}", count_of(totals.at("deleted")),
                     changed == 0 ? "" : fmt::format(" and {} changed", grouped(changed)), services,
                     services == 1 ? "" : "s");
}

std::string finality(const json& report) {
  const auto& point = report.at("point_of_no_return");
  if (point.is_null()) return "Nothing has been lost for good.";
  if (point.at("is_passed").get<bool>()) {
    return fmt::format("Nothing of it can be brought back since {}.", time_of(point.at("at")));
  }
  return fmt::format("It can be restored from an encrypted archive until {}, when the archive's key is destroyed.",
                     time_of(point.at("at")));
}

/// When the last service was found to hold nothing.
std::string last_count(const json& report) {
  std::string last;
  for (const auto& service : report.at("services")) last = std::max(last, text_of(service.at("verified_at")));
  return time_of(last);
}

void put_seal(PageFlow& flow, const json& report) {
  const auto status = of(report, "status");
  if (is_certificate(report)) {
    return flow.seal(kGreen, "Erased and verified",
                     {fmt::format("{}. Every service has counted again since, the last one at {}, and found 0 rows.",
                                  amount(report), last_count(report)),
                      finality(report)});
  }
  if (status == "completed") {
    return flow.seal(
        kBlue, "Erased",
        {fmt::format("{}. The record of this job does not have what each service found afterwards.", amount(report)),
         finality(report)});
  }
  if (status == "rolled_back") {
    return flow.seal(kSlate, "Taken back", {"Every row that had been deleted is back in its place."});
  }
  if (status == "cancelled") return flow.seal(kSlate, "Cancelled", {"Nothing was deleted."});
  if (status == "compensation_failed") {
    return flow.seal(kRed, "Not all is back",
                     {"The deletion was to be taken back, and not every row is. The archive is kept."});
  }
  flow.seal(kRed, "Failed", {fmt::format("The erasure is not complete: {}.", amount(report)), finality(report)});
}

std::string request_of(const json& report) {
  const auto& requested = report.at("requested");
  auto text = fmt::format("{} by {}", time_of(requested.at("at")),
                          requested.at("by").is_null() ? "somebody unknown" : of(requested, "by"));
  const auto whose = text_of(requested.at("for"));
  if (!whose.empty() && text.find(whose) == std::string::npos) text += fmt::format(", for user/{}", whose);
  return text;
}

std::string archive_of(const json& report) {
  const auto& archive = report.at("archive");
  if (archive.is_null()) return "none was made";
  if (!archive.at("key_destroyed_at").is_null()) {
    return fmt::format("its key was destroyed at {}", time_of(archive.at("key_destroyed_at")));
  }
  if (archive.at("kept_until").is_null()) return "kept until somebody decides";
  return fmt::format("kept, encrypted; its key is to be destroyed at {}", time_of(archive.at("kept_until")));
}

std::string point_of(const json& report) {
  const auto& point = report.at("point_of_no_return");
  if (point.is_null()) return "not reached";
  return fmt::format("{}{}", time_of(point.at("at")), point.at("is_passed").get<bool>() ? "" : ", not reached yet");
}

void add_approvals(Facts& facts, const json& report) {
  const auto& approvals = report.at("approvals");
  if (approvals.at("given").empty()) {
    facts.emplace_back("Approval", approvals.at("is_needed").get<bool>() ? "needed, and not given" : "none was needed");
  }
  for (const auto& approval : approvals.at("given")) {
    const auto lapsed =
        approval.at("lapsed_at").is_null() ? "" : fmt::format("; it lapsed at {}", time_of(approval.at("lapsed_at")));
    facts.emplace_back("Approval",
                       fmt::format("{} by user/{}, of plan and counts {}{}", time_of(approval.at("given_at")),
                                   of(approval, "approver"), of(approval, "digest"), lapsed));
  }
}

void put_facts(PageFlow& flow, const json& report) {
  Facts facts{{"Subject", subject_of(report)}, {"Requested", request_of(report)}};
  if (const auto& at = report.at("requested").at("scheduled_for"); !at.is_null()) {
    facts.emplace_back("Scheduled for", time_of(at));
  }
  add_approvals(facts, report);
  for (const auto& hold : report.at("holds")) {
    facts.emplace_back("Stopped by a legal hold",
                       fmt::format("{} to {}", time_of(hold.at("since")), time_of(hold.at("until"))));
  }
  facts.emplace_back("Begun", time_of(report.at("begun_at")));
  facts.emplace_back("Ended", fmt::format("{}, as {}", time_of(report.at("ended_at")), of(report, "status")));
  facts.emplace_back("Archive", archive_of(report));
  facts.emplace_back("Point of no return", point_of(report));
  facts.emplace_back("The record as of", time_of(report.at("as_of")));
  flow.facts(facts);
}

std::string outcome_of(const json& service) {
  const auto status = of(service, "status");
  if (status == "done") return "erased";
  if (status == "compensated") return "restored";
  if (status == "skipped" || status == "pending") return "not begun";
  return status;
}

std::string kept_rows_of(const json& service) {
  if (service.at("verified_at").is_null()) return "–";
  std::int64_t rows = 0;
  for (const auto& kept : service.at("kept")) {
    if (kept.at("rows").is_number()) rows += kept.at("rows").get<std::int64_t>();
  }
  return grouped(rows);
}

void put_services(PageFlow& flow, const json& report) {
  flow.heading("Services");
  flow.begin_table({{"Service", 116},
                    {"Outcome", 60},
                    {"Deleted", 62, Align::right},
                    {"Changed", 54, Align::right},
                    {"Kept", 48, Align::right},
                    {"Left", 45, Align::right},
                    {"Counted again", 114, Align::right}});
  for (const auto& service : report.at("services")) {
    flow.row({of(service, "service"), outcome_of(service), count_of(service.at("deleted")),
              count_of(service.at("changed")), kept_rows_of(service), count_of(service.at("left")),
              time_of(service.at("verified_at"))});
  }
  const auto& totals = report.at("totals");
  flow.sum({"All services", "", count_of(totals.at("deleted")), count_of(totals.at("changed")),
            count_of(totals.at("kept")), count_of(totals.at("left")), ""});
}

void put_tables(PageFlow& flow, const json& report) {
  flow.heading("Table by table");
  flow.begin_table({{"Service", 130},
                    {"Table", 187},
                    {"Deleted", 66, Align::right},
                    {"Changed", 58, Align::right},
                    {"Left", 58, Align::right}});
  for (const auto& service : report.at("services")) {
    for (const auto& table : service.at("tables")) {
      flow.row({of(service, "service"), of(table, "table"), count_of(table.at("deleted")),
                count_of(table.at("changed")), count_of(table.at("left"))});
    }
  }
}

void put_kept(PageFlow& flow, const json& report) {
  flow.heading("What was kept, and why");
  const auto& services = report.at("services");
  const auto keeps = [](const json& service) { return !service.at("kept").empty(); };
  if (std::none_of(services.begin(), services.end(), keeps)) {
    return flow.paragraph("No service has named anything that it keeps.");
  }
  flow.begin_table({{"Service", 110}, {"Table", 140}, {"Rows", 50, Align::right}, {"Why", 199}});
  for (const auto& service : services) {
    for (const auto& kept : service.at("kept")) {
      flow.row({of(service, "service"), of(kept, "table"), count_of(kept.at("rows")), of(kept, "reason")});
    }
  }
  flow.paragraph("Rows are counted where they are the subject's own; a table without a count belongs to nobody alone.");
}

void put_owned_tenants(PageFlow& flow, const json& report) {
  if (report.at("owned_tenants").empty()) return;
  flow.heading("Tenants that the user owned");
  flow.begin_table({{"Tenant", 190}, {"Outcome", 90}, {"To user, or by job", 219}});
  for (const auto& owned : report.at("owned_tenants")) {
    const bool is_handed_over = of(owned, "outcome") == "transferred";
    flow.row({of(owned, "tenant_id"), is_handed_over ? "handed over" : "deleted",
              of(owned, is_handed_over ? "new_owner_id" : "deletion_job_id")});
  }
}

void put_errors(PageFlow& flow, const json& report) {
  if (report.at("errors").empty()) return;
  flow.heading("What went wrong");
  for (const auto& error : report.at("errors")) flow.paragraph(text_of(error));
}

void put_history(PageFlow& flow, const json& report) {
  flow.heading("Every change of the job's state");
  flow.begin_table({{"At", 112}, {"State", 96}, {"By", 203}, {"Why", 88}});
  for (const auto& change : report.at("history")) {
    flow.row({time_of(change.at("at")), of(change, "to"), of(change, "by"), of(change, "reason")});
  }
}

void put_check(PageFlow& flow, const std::string& key_id) {
  flow.heading("How to check this document", 130);
  flow.paragraph(
      "It is signed with Ed25519. Whoever has the public key can tell whether a page, the attached file or "
      "anything else in it was changed, without asking anybody:");
  flow.code({"tenure verify FILE --key PUBLIC_KEY_FILE"});
  flow.paragraph(
      fmt::format("The id of the key is {}: the first 16 bytes of SHA-256 over the public key. The attached "
                  "deletion-report.json holds the same report for programs and is signed as well. Both can be "
                  "checked with openssl alone, as Tenure's page about reports shows.",
                  key_id));
}

std::string title_of(const json& report) {
  return is_certificate(report) ? "Certificate of erasure" : "Deletion report";
}

WallTime time_from(const std::string& rfc3339) {
  std::tm utc{};
  ::strptime(rfc3339.c_str(), "%Y-%m-%dT%H:%M:%S", &utc);
  return std::chrono::system_clock::from_time_t(::timegm(&utc));
}

}  // namespace

std::string report_pdf(const json& report, const signing::SigningKey& key) {
  const auto job = of(report, "job_id");
  PdfDocument document(fmt::format("{}, job {}", title_of(report), job), time_from(of(report, "as_of")));
  PageFlow flow(document);
  flow.title(title_of(report),
             fmt::format("Job {} of the estate {}, issued by {}", job, of(report, "estate"), of(report, "issued_by")));
  put_seal(flow, report);
  put_facts(flow, report);
  put_services(flow, report);
  put_owned_tenants(flow, report);
  put_errors(flow, report);
  put_kept(flow, report);
  put_tables(flow, report);
  put_history(flow, report);
  put_check(flow, key.public_key().id());
  flow.finish(fmt::format("{}, job {}, signed by key {}", title_of(report), job, key.public_key().id()));
  document.attach("deletion-report.json", sign_json(report, key), "application/json");
  return sign_pdf(document.bytes(), key);
}

}  // namespace tenure::reports
