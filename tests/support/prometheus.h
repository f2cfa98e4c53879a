#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace tenure::test {

/// What Prometheus's own checker finds wrong with an exposition; empty: nothing.
std::string promtool_problems(const std::string& exposition);
/// The value of a series as the exposition writes it, such as `up{job="a"}`; nothing when it is not there.
std::optional<double> sample_of(const std::string& exposition, const std::string& series);
/// Types by name, of all metrics of an exposition.
std::map<std::string, std::string> types_in(const std::string& exposition);

/// A series that a query gave, and its value.
struct Found {
  std::map<std::string, std::string> labels;
  double value = 0;
};

/// Prometheus as the distribution has it, on this machine only, in a folder of its own.
class PrometheusServer {
 public:
  /// With one target, scraped several times a second with a token. Returns once it answers. @throws std::runtime_error,
  /// with what it said, when it does not come to that.
  PrometheusServer(const std::string& target, const std::string& token, const std::string& rules);

  /// @throws std::runtime_error with Prometheus's own words for a query that is none.
  std::vector<Found> query(const std::string& expression) const;
  /// The same once it gives something; what it gave last, nothing, when it does not come to that.
  std::vector<Found> wait_for(const std::string& expression) const;

 private:
  const TemporaryFolder folder_;
  const int port_;
  std::unique_ptr<Process> process_;
};

}  // namespace tenure::test
