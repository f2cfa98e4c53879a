#include "cli/migration_notices.h"

#include <fmt/format.h>

#include <iostream>

#include "notifications/datadog.h"
#include "notifications/sentry.h"
#include "notifications/slack.h"

namespace tenure::cli {
namespace {

using notifications::Level;
using notifications::Notice;
using schemas::RunOutcome;
using schemas::SchemaOutcome;

/// The outcomes of a run that people read about, with their words.
constexpr std::pair<SchemaOutcome, const char*> kCounted[] = {{SchemaOutcome::applied, "applied"},
                                                              {SchemaOutcome::faked, "recorded only"},
                                                              {SchemaOutcome::failed, "failed"},
                                                              {SchemaOutcome::rolled_back, "taken back"},
                                                              {SchemaOutcome::left, "could not be taken back"},
                                                              {SchemaOutcome::not_reached, "not reached"}};

Notice notice_of(const std::string& service, const schemas::RunReport& report) {
  switch (report.outcome) {
    case RunOutcome::nothing_to_do:
    case RunOutcome::completed:
      return {.kind = "migration.completed",
              .level = Level::success,
              .title = fmt::format("Migration of {} is done", service)};
    case RunOutcome::completed_with_failures:
      return {.kind = "migration.failed",
              .level = Level::warning,
              .title = fmt::format("Migration of {} is done, but for some schemas", service)};
    case RunOutcome::interrupted:
      return {.kind = "migration.failed",
              .level = Level::warning,
              .title = fmt::format("Migration of {} was interrupted", service)};
    case RunOutcome::rolled_back:
      return {.kind = "migration.failed",
              .level = Level::error,
              .title = fmt::format("Migration of {} failed and was taken back", service)};
    case RunOutcome::failed:
      break;
  }
  return {.kind = "migration.failed", .level = Level::error, .title = fmt::format("Migration of {} failed", service)};
}

}  // namespace

std::unique_ptr<notifications::Notifier> make_notifier(const estate::Notifications& settings) {
  std::vector<std::unique_ptr<notifications::Channel>> channels;
  if (!settings.slack.empty()) channels.push_back(std::make_unique<notifications::Slack>(settings.slack));
  if (settings.datadog) {
    channels.push_back(std::make_unique<notifications::Datadog>(settings.datadog->url, settings.datadog->api_key));
  }
  if (!settings.sentry.empty()) channels.push_back(std::make_unique<notifications::Sentry>(settings.sentry));
  return std::make_unique<notifications::Notifier>(
      std::move(channels), notifications::Patience(), [](const notifications::Undelivered& undelivered) {
        std::cerr << fmt::format("tenure: {} was not told of {}: {}\n", undelivered.channel, undelivered.kind,
                                 undelivered.why);
      });
}

void MigrationNotices::tell(Notice notice, const std::string& service) {
  notice.group = fmt::format("migration {} {}", service, run_);
  notice.estate = estate_;
  notice.environment = environment_;
  notice.at = SystemClock().wall();
  notifier_.tell(std::move(notice));
}

void MigrationNotices::on_started(const schemas::RunStart& start) {
  run_ = std::to_string(start.run);
  tell({.kind = "migration.started",
        .title = fmt::format("Migration of {} begins", start.service),
        .facts = {{"run", run_}, {"schemas behind", std::to_string(start.behind)}}},
       start.service);
}

void MigrationNotices::on_finished(const std::string& service, const schemas::RunReport& report) {
  if (report.outcome == RunOutcome::nothing_to_do) return;
  auto notice = notice_of(service, report);
  if (report.run) run_ = std::to_string(*report.run);
  notice.facts = {{"run", run_}};
  for (const auto& [outcome, name] : kCounted) {
    if (const auto count = report.count(outcome); count > 0) notice.facts.emplace_back(name, std::to_string(count));
  }
  notice.facts.emplace_back("duration", fmt::format("{:.1f} s", report.seconds));
  for (const auto& schema : report.schemas) {
    if (schema.outcome != SchemaOutcome::failed || schema.why.empty()) continue;
    notice.facts.emplace_back("first failure", schema.why);
    break;
  }
  tell(std::move(notice), service);
  run_.clear();
}

void MigrationNotices::on_broken_off(const std::string& service, const std::string& why) {
  tell({.kind = "migration.failed",
        .level = Level::error,
        .title = fmt::format("Migration of {} broke off", service),
        .facts = {{"reason", why}}},
       service);
  run_.clear();
}

}  // namespace tenure::cli
