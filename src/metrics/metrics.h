#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "erasure/erasure_observer.h"
#include "pg/pool.h"
#include "schemas/lag.h"

/// What is counted and measured, for Prometheus (spec E1, D13). docs/metrics.md lists all of it. No label holds a
/// tenant, a user or anything else that grows with them.
namespace tenure::metrics {

/// A request that was answered, by the pattern of its route.
struct HttpRequestEnd {
  std::string_view method;
  std::string_view route;
  int status = 0;
  Milliseconds duration{0};
};

/// What is known from the start, so that a counter is there, at 0, before it is counted for the first time.
struct Known {
  std::vector<std::string> services;             ///< and the other steps that deletions have
  std::map<std::string, std::string> databases;  ///< by name: pg::ConnectionSettings::description()
};

/// A service whose schemas `tenure migrate` brings up to date.
struct MigratedService {
  std::string name;
  std::shared_ptr<pg::Pool> database;
  schemas::NeededVersions needed;  ///< by this version of the product
};

/// What several processes share, and is read when somebody asks.
struct Shared {
  pg::Pool* control = nullptr;  ///< null in a process that runs no jobs
  std::vector<MigratedService> migrated = {};
};

/// Counters and histograms of this process, and gauges of what all of them share. Thread-safe; only its .cc files know
/// the library.
class Metrics final : public erasure::ErasureObserver {
 public:
  /// `version` of the program.
  explicit Metrics(const std::string& version);
  ~Metrics() override;

  /// Before anything else is called.
  void expect(const Known& known);

  void on_call_ended(const erasure::CallEnd& call) override;
  void on_job_ended(const jobs::Job& job) override;
  void on_request(const HttpRequestEnd& request);

  /// All of it in Prometheus's text format, version 0.0.4. What cannot be read within `call` is left out, and counted
  /// in metrics_read_errors_total.
  std::string text(const Shared& shared, const Call& call);

 private:
  class Families;
  std::unique_ptr<Families> families_;
};

}  // namespace tenure::metrics
