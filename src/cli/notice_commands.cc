#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/assembly.h"
#include "cli/command_table.h"
#include "cli/print.h"
#include "cli/text.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

constexpr Milliseconds kTimeout{60000};

json notice_to_json(const DeletionNotices& notices, const notifications::UndeliveredNotice& undelivered) {
  const auto& notice = undelivered.notice;
  return {{"notice_id", notice.id.str()},
          {"receiver", notices.name_of(notice.receiver)},
          {"kind", notice.kind},
          {"job_id", json::parse(notice.payload).value("job_id", json())},
          {"status", undelivered.is_given_up ? "given_up" : "waiting"},
          {"tries", notice.tries},
          {"why", undelivered.why.empty() ? json() : json(undelivered.why)},
          {"due_at", undelivered.is_given_up ? json() : json(to_rfc3339(undelivered.due_at))}};
}

std::string notices_text(const json& body) {
  if (body["notices"].empty()) return "everything was delivered\n";
  Table table({{"NOTICE"}, {"RECEIVER"}, {"KIND"}, {"STATUS"}, {"TRIES", Align::right}, {"WHY"}, {"NEXT"}});
  for (const auto& notice : body["notices"]) {
    table.add({text_or(notice, "notice_id", ""), text_or(notice, "receiver", ""), text_or(notice, "kind", ""),
               text_or(notice, "status", ""), grouped(number_of(notice, "tries")), text_or(notice, "why", "-"),
               text_or(notice, "due_at", "-")});
  }
  return table.text();
}

int list_notices(const Options& options) {
  Assembly assembly(assembly_settings(options));
  assembly.install_control_schema();
  auto& notices = assembly.notices();
  json list = json::array();
  for (const auto& undelivered : notices.queue().undelivered(options.limit, Call::within(kTimeout))) {
    list.push_back(notice_to_json(notices, undelivered));
  }
  print(options, {{"notices", std::move(list)}}, notices_text);
  return 0;
}

int retry_notice(const Options& options) {
  const auto id = Uuid::parse(options.notice, "notice");
  Assembly assembly(assembly_settings(options));
  assembly.install_control_schema();
  if (!assembly.notices().queue().retry(id, Call::within(kTimeout))) {
    throw Error(ErrorCode::not_found, "notice: there is none of this id that was not delivered");
  }
  print(options, {{"notice_id", id.str()}, {"status", "waiting"}},
        [](const json&) -> std::string { return "a server tries it again now\n"; });
  return 0;
}

std::string results_text(const json& body) {
  if (body["receivers"].empty()) return "the estate file names no webhook and no e-mail under `notifications`\n";
  Table table({{"RECEIVER"}, {"RESULT"}});
  for (const auto& result : body["receivers"]) {
    table.add({text_or(result, "receiver", ""), text_or(result, "error", "delivered")});
  }
  return table.text();
}

int test_notices(const Options& options) {
  Assembly assembly(assembly_settings(options));
  json results = json::array();
  bool have_all_come = true;
  for (const auto& [receiver, attempt] : assembly.notices().try_all(Call::within(kTimeout))) {
    const bool has_come = attempt.why.empty();
    have_all_come = have_all_come && has_come;
    results.push_back({{"receiver", receiver}, {"error", has_come ? json() : json(attempt.why)}});
  }
  print(options, {{"receivers", std::move(results)}}, results_text);
  return have_all_come ? 0 : 1;
}

}  // namespace

void add_notice_commands(CommandTable& table) {
  auto& options = table.options();
  auto& group = CommandTable::add_group(table.root(), "notice", "E-mails and webhooks about deletions");
  auto& listed = table.add_on_estate(group, "list", "Those that have not arrived, and why", &list_notices);
  listed.add_option("--limit", options.limit, "At most this many, the oldest first")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  table.add_json(listed);
  auto& retried = table.add_on_estate(group, "retry", "Have one tried again that was given up", &retry_notice);
  retried.add_option("notice", options.notice, "Its id, as `tenure notice list` shows it")->required();
  table.add_json(retried);
  auto& tested =
      table.add_on_estate(group, "test", "Tell every receiver of the estate something of no matter", &test_notices);
  table.add_json(tested);
}

}  // namespace tenure::cli
