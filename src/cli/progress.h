#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

namespace tenure::cli {

/// Shows a job while it runs: a bar a service that moves in place on a terminal, a line for each service that ends
/// elsewhere. Not thread-safe.
class Progress {
 public:
  /// `expected` is the preview's body: how many rows each service will delete.
  Progress(std::ostream& out, bool is_terminal, const nlohmann::json& expected);

  /// `job` is the job's body as of now.
  void show(const nlohmann::json& job);

 private:
  struct Bar {
    std::int64_t expected = 0;
    std::int64_t deleted = 0;
    std::string status = "pending";
  };

  void take(const std::string& service, const nlohmann::json& result);
  void draw();

  std::ostream& out_;
  const bool is_terminal_;
  std::map<std::string, Bar> bars_;
  std::string job_status_;
  int drawn_lines_ = 0;
};

}  // namespace tenure::cli
