#include "erasure/deletion_preview.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/digest.h"
#include "erasure/fan_out.h"

namespace tenure::erasure {
namespace {

std::vector<std::string> texts_of(const Error& error) {
  std::vector<std::string> texts{error.what()};
  texts.insert(texts.end(), error.problems().begin(), error.problems().end());
  return texts;
}

}  // namespace

bool DeletionPreview::is_complete() const {
  return std::all_of(services.begin(), services.end(), [](const auto& one) { return one.preview.has_value(); });
}

std::int64_t DeletionPreview::total_items() const {
  std::int64_t total = 0;
  for (const auto& one : services) total += one.preview ? store::total_of(one.preview->data_counts) : 0;
  return total;
}

bool DeletionPreview::has_unsettled_rows() const {
  return std::any_of(services.begin(), services.end(), [](const auto& one) {
    return one.preview && std::any_of(one.preview->outside_rows.begin(), one.preview->outside_rows.end(),
                                      [](const auto& rows) { return rows.rows > 0 && rows.rule.empty(); });
  });
}

std::vector<ServicePreview> preview_services(const ServiceEndpoints& endpoints, const Subject& subject,
                                             const std::stop_token& stop, const std::optional<TraceContext>& trace,
                                             Milliseconds grace) {
  FanOut<store::Preview> calls(grace, stop);
  std::vector<ServicePreview> services;
  std::map<std::string, std::size_t> position;
  for (const auto& endpoint : endpoints) {
    position[endpoint.name] = services.size();
    services.push_back({.service = endpoint.name, .preview = {}, .errors = {}});
    const Call call{Deadline::after(endpoint.timeout), stop, trace};
    calls.start(endpoint.name, call.deadline, [data_store = endpoint.data_store, subject, call](const auto&) {
      return data_store->preview(subject, call);
    });
  }
  while (auto arrival = calls.next()) {
    auto& service = services[position.at(arrival->name)];
    if (auto* preview = std::get_if<store::Preview>(&arrival->what)) service.preview = std::move(*preview);
    if (const auto* error = std::get_if<Error>(&arrival->what)) service.errors = texts_of(*error);
    if (std::holds_alternative<Abandoned>(arrival->what)) {
      service.errors = {
          fmt::format("timeout: no answer within {} ms", endpoints[position.at(arrival->name)].timeout.count())};
    }
  }
  return services;
}

std::string digest_of(const std::vector<ServicePreview>& services) {
  Digest digest;
  const auto add_counts = [&](std::string_view what, const store::Counts& counts) {
    for (const auto& [table, rows] : counts) digest.add(fmt::format("{} {} {}", what, table, rows));
  };
  for (const auto& service : services) {
    digest.add(service.service);
    if (!service.preview) {
      // Nothing is known of it, so nothing can have been approved.
      digest.add(Uuid::random().str());
      continue;
    }
    digest.add(service.preview->plan_digest);
    add_counts("deletes", service.preview->data_counts);
    add_counts("changes", service.preview->changed_counts);
    add_counts("keeps", service.preview->kept_counts);
    for (const auto& rows : service.preview->outside_rows) {
      digest.add(fmt::format("outside {} {} {}", rows.key, rows.rows, rows.rule));
    }
  }
  return digest.hex();
}

}  // namespace tenure::erasure
