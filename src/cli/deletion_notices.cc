#include "cli/deletion_notices.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/deletion_notice.h"
#include "cli/log.h"
#include "notifications/mail_receiver.h"
#include "notifications/webhook.h"

namespace tenure::cli {
namespace {

using notifications::CourierReport;
using notifications::MailReceiver;
using notifications::Webhook;

std::set<jobs::JobState> states_of(const estate::Notifications::Ends& ends) {
  std::set<jobs::JobState> states;
  for (const auto& end : ends) states.insert(jobs::parse_job_state(end));
  return states;
}

std::vector<erasure::NoticeTarget> targets_of(const estate::Notifications& settings) {
  std::vector<erasure::NoticeTarget> targets;
  if (settings.webhook) targets.push_back({Webhook::kKey, states_of(settings.webhook->on)});
  if (!settings.email) return targets;
  for (const auto& address : settings.email->to) {
    targets.push_back({MailReceiver::key_of(address), states_of(settings.email->on)});
  }
  return targets;
}

const char* event_of(CourierReport::What what) {
  switch (what) {
    case CourierReport::What::delivered:
      return "notice_delivered";
    case CourierReport::What::put_off:
      return "notice_put_off";
    case CourierReport::What::given_up:
      return "notice_given_up";
    case CourierReport::What::trouble:
      break;
  }
  return "notice_error";
}

void log_report(const CourierReport& report) {
  nlohmann::json line{{"event", event_of(report.what)}, {"receiver", report.receiver}};
  if (report.notice != nullptr) {
    line["notice"] = report.notice->id.str();
    line["kind"] = report.notice->kind;
    line["tries"] = report.notice->tries;
  }
  if (!report.why.empty()) line["detail"] = report.why;
  log_line(std::move(line));
}

mail::Server server_of(const estate::Notifications::Mail& settings) {
  return {.url = settings.server,
          .user = settings.user,
          .password = settings.password,
          .ca_file = settings.ca_file,
          .starts_tls = settings.starts_tls};
}

}  // namespace

DeletionNotices::DeletionNotices(const estate::Estate& estate, const std::string& environment, pg::Pool& control,
                                 const Clock& clock)
    : jobs_(control),
      queue_(control, estate.notifications.give_up_after),
      kept_(estate.name, environment, targets_of(estate.notifications)),
      test_(nlohmann::json({{"type", kTestNotice}, {"estate", estate.name}}).dump()) {
  const auto& settings = estate.notifications;
  if (settings.webhook) {
    receivers_.push_back(std::make_unique<Webhook>(settings.webhook->url, settings.webhook->key, clock));
  }
  if (settings.email) {
    receivers_.push_back(
        std::make_unique<MailReceiver>(server_of(*settings.email), settings.email->from.value(), settings.email->to,
                                       [this](const notifications::KeptNotice& kept) { return read(kept); }));
  }
  for (const auto& receiver : receivers_) {
    couriers_.push_back(std::make_unique<notifications::Courier>(queue_, *receiver, log_report));
  }
}

std::string DeletionNotices::name_of(const std::string& receiver) const {
  for (const auto& one : receivers_) {
    const auto found = std::ranges::find(one->keys(), receiver);
    if (found == one->keys().end()) continue;
    if (*found == one->kind()) return receiver;
    return fmt::format("{} {}", one->kind(), found - one->keys().begin() + 1);
  }
  const auto colon = receiver.find(':');
  return colon == std::string::npos ? receiver : receiver.substr(0, colon) + " ?";
}

void DeletionNotices::start() {
  for (const auto& courier : couriers_) courier->start();
}

void DeletionNotices::stop(Milliseconds drain) {
  const auto deadline = Deadline::after(drain);
  for (const auto& courier : couriers_) courier->stop(deadline.left());
}

void DeletionNotices::deliver_due(const Call& call) {
  for (const auto& courier : couriers_) courier->deliver_due(call);
}

std::vector<std::pair<std::string, notifications::Attempt>> DeletionNotices::try_all(const Call& call) {
  std::vector<std::pair<std::string, notifications::Attempt>> results;
  for (const auto& receiver : receivers_) {
    for (const auto& key : receiver->keys()) {
      const notifications::KeptNotice notice{.id = Uuid::random(),
                                             .receiver = key,
                                             .kind = kTestNotice,
                                             .payload = test_,
                                             .created_at = SystemClock().wall(),
                                             .tries = 1};
      results.emplace_back(name_of(key), receiver->deliver(notice, call));
    }
  }
  return results;
}

notifications::Notice DeletionNotices::read(const notifications::KeptNotice& kept) {
  const auto end = nlohmann::json::parse(kept.payload, nullptr, false);
  const auto id = end.is_object() ? end.value("job_id", "") : "";
  return deletion_notice(kept, id.empty() ? std::nullopt : jobs_.find(JobId::parse(id)));
}

}  // namespace tenure::cli
