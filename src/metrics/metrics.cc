#include "metrics/metrics.h"

#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <functional>
#include <iterator>

#include "base/error.h"
#include "metrics/deletion_metrics.h"
#include "metrics/families.h"
#include "metrics/http_metrics.h"
#include "metrics/job_families.h"
#include "metrics/migration_families.h"
#include "metrics/notice_families.h"
#include "metrics/process_families.h"
#include "pg/connection_failures.h"

namespace tenure::metrics {
namespace {

constexpr const char* kControl = "control";
constexpr const char* kOtherDatabases = "other";
// A database that does not answer may not take the time of the others.
constexpr Milliseconds kReadTimeout{3'000};

using MetricFamilies = std::vector<prometheus::MetricFamily>;

void append(MetricFamilies& to, MetricFamilies more) { std::ranges::move(more, std::back_inserter(to)); }

/// Of each name one family: every service brings its own.
MetricFamilies merged(MetricFamilies families) {
  std::map<std::string, prometheus::MetricFamily> by_name;
  for (auto& family : families) {
    const auto [found, is_new] = by_name.try_emplace(family.name, family);
    if (!is_new) std::ranges::move(family.metric, std::back_inserter(found->second.metric));
  }
  MetricFamilies result;
  for (auto& [name, family] : by_name) result.push_back(std::move(family));
  return result;
}

}  // namespace

class Metrics::Families {
 public:
  explicit Families(std::string version) : version_(std::move(version)) {}

  void expect(const Known& known) {
    for (const auto& service : known.services) deletions_.expect_service(service);
    databases_ = known.databases;
    for (const auto& [name, description] : databases_) read_errors_.Add({{"database", name}});
  }
  DeletionMetrics& deletions() { return deletions_; }
  HttpMetrics& requests() { return requests_; }

  MetricFamilies collect(const Shared& shared, const Call& call) {
    MetricFamilies all;
    if (shared.control != nullptr) {
      read(all, kControl, call, [&](const Call& part) {
        auto families = job_families(*shared.control, part);
        append(families, notice_families(*shared.control, part));
        return families;
      });
    }
    for (const auto& service : shared.migrated) {
      read(all, service.name, call, [&](const Call& part) { return migration_families(service, part); });
    }
    all = merged(std::move(all));
    append(all, process_families());
    all.push_back(gauge_family("tenure_build_info", "1, with the program's version.", {{{{"version", version_}}, 1}}));
    all.push_back(connection_errors());
    // Last: what went wrong with reading is in it.
    append(all, registry_.Collect());
    // A family of which nothing is known yet would be a name and no more.
    std::erase_if(all, [](const auto& family) { return family.metric.empty(); });
    return all;
  }

 private:
  using Read = std::function<MetricFamilies(const Call& part)>;

  void read(MetricFamilies& all, const std::string& database, const Call& call, const Read& read) {
    const auto time = std::min(kReadTimeout, call.deadline.left());
    try {
      append(all, read(Call{Deadline::after(time), call.stop}));
    } catch (const Error&) {
      read_errors_.Add({{"database", database}}).Increment();
    }
  }

  /// Databases that the estate does not name, such as those of tenants that have one each, are one: they grow with
  /// tenants.
  prometheus::MetricFamily connection_errors() const {
    auto failures = pg::connection_failures();
    Samples samples;
    for (const auto& [name, description] : databases_) {
      samples.push_back({{{"database", name}}, static_cast<double>(failures[description])});
    }
    for (const auto& [name, description] : databases_) failures.erase(description);
    std::int64_t others = 0;
    for (const auto& [description, count] : failures) others += count;
    samples.push_back({{{"database", kOtherDatabases}}, static_cast<double>(others)});
    return counter_family("database_connection_errors_total", "Attempts to connect to a database that failed.",
                          samples);
  }

  const std::string version_;
  std::map<std::string, std::string> databases_;
  prometheus::Registry registry_;

  DeletionMetrics deletions_{registry_};
  HttpMetrics requests_{registry_};
  prometheus::Family<prometheus::Counter>& read_errors_ =
      prometheus::BuildCounter()
          .Name("metrics_read_errors_total")
          .Help(
              "Times that metrics were asked for and those kept in a database were left out, since it could not be "
              "read.")
          .Register(registry_);
};

Metrics::Metrics(const std::string& version) : families_(std::make_unique<Families>(version)) {}

Metrics::~Metrics() = default;

void Metrics::expect(const Known& known) { families_->expect(known); }

void Metrics::on_call_ended(const erasure::CallEnd& call) { families_->deletions().on_call_ended(call); }

void Metrics::on_job_ended(const jobs::Job& job) { families_->deletions().on_job_ended(job); }

void Metrics::on_request(const HttpRequestEnd& request) { families_->requests().on_request(request); }

std::string Metrics::text(const Shared& shared, const Call& call) {
  return prometheus::TextSerializer().Serialize(families_->collect(shared, call));
}

}  // namespace tenure::metrics
