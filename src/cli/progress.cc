#include "cli/progress.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/text.h"

namespace tenure::cli {
namespace {

constexpr std::int64_t kBarWidth = 30;

bool has_ended(const std::string& status) { return status == "done" || status == "failed" || status == "unknown"; }

}  // namespace

Progress::Progress(std::ostream& out, bool is_terminal, const nlohmann::json& expected)
    : out_(out), is_terminal_(is_terminal) {
  const auto services = expected.value("services", nlohmann::json::object());
  for (const auto& [service, said] : services.items())
    bars_[service].expected = said.value("total_items", std::int64_t{0});
}

void Progress::show(const nlohmann::json& job) {
  const auto results = job.value("service_results", nlohmann::json::object());
  for (const auto& [service, result] : results.items()) take(service, result);
  const auto status = job.value("status", "");
  if (status != job_status_) {
    job_status_ = status;
    if (!is_terminal_) out_ << fmt::format("job {}: {}\n", job.value("job_id", ""), status);
  }
  if (is_terminal_) draw();
  out_.flush();
}

void Progress::take(const std::string& service, const nlohmann::json& result) {
  auto& bar = bars_[service];
  bar.deleted = 0;
  const auto counts = result.value("deleted_counts", nlohmann::json::object());
  for (const auto& [table, count] : counts.items()) bar.deleted += count.get<std::int64_t>();
  const auto status = result.value("status", "");
  if (status == bar.status) return;
  bar.status = status;
  if (!is_terminal_ && has_ended(status)) {
    out_ << fmt::format("  {:<20} {:<8} {:>12} rows\n", service, status, grouped(bar.deleted));
  }
}

void Progress::draw() {
  if (drawn_lines_ > 0) out_ << fmt::format("\x1b[{}A", drawn_lines_);
  drawn_lines_ = 0;
  for (const auto& [service, bar] : bars_) {
    const auto filled = has_ended(bar.status) && bar.status == "done" ? kBarWidth
                        : bar.expected == 0                           ? 0
                                            : std::min(kBarWidth, kBarWidth * bar.deleted / bar.expected);
    std::string cells;
    for (std::int64_t cell = 0; cell < kBarWidth; ++cell) cells += cell < filled ? "█" : "░";
    out_ << fmt::format("\x1b[2K  {:<20} {} {:>10} of {:>10}  {}\n", service, cells, grouped(bar.deleted),
                        grouped(bar.expected), bar.status);
    ++drawn_lines_;
  }
  out_ << fmt::format("\x1b[2K  {}\n", job_status_);
  ++drawn_lines_;
}

}  // namespace tenure::cli
