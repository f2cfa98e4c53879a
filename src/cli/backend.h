#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>

#include "base/ids.h"
#include "cli/options.h"

namespace tenure::cli {

/// Called with the job's JSON (spec C2) as often as it changes.
using JobListener = std::function<void(const nlohmann::json& job)>;

/// What the commands need, whether they work on the estate directly or through a server. Answers are the bodies of the
/// HTTP API, so that both print alike.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual nlohmann::json preview(const TenantId& tenant) = 0;
  /// Erases and waits for the end; the caller has confirmed.
  virtual nlohmann::json erase(const TenantId& tenant, const JobListener& listener) = 0;
  virtual nlohmann::json job(const JobId& job) = 0;
  virtual nlohmann::json jobs(const Options& filter) = 0;
};

/// @throws Error when the estate file or the server's URL is wrong.
std::unique_ptr<Backend> make_backend(const Options& options);

std::unique_ptr<Backend> make_estate_backend(const Options& options);
std::unique_ptr<Backend> make_server_backend(const Options& options);

}  // namespace tenure::cli
