#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/ids.h"
#include "cli/options.h"

namespace tenure::cli {

/// Called with the job's JSON (spec C2) as often as it changes.
using JobListener = std::function<void(const nlohmann::json& job)>;

/// What the commands need, whether they work on the estate directly or through a server: the routes of the HTTP API,
/// called as a service. Both answer alike, so commands print alike.
class Backend {
 public:
  virtual ~Backend() = default;

  /// The answer's body; null when it has none. `path` has its query with it; `body` null sends none.
  /// @throws the Error that the answer stands for.
  virtual nlohmann::json send(const std::string& method, const std::string& path,
                              const nlohmann::json& body = nullptr) = 0;
  /// The bytes of a file. @throws as send.
  virtual std::string download(const std::string& path) = 0;
  /// Erases and waits for the end, or until the job waits for somebody; the caller has confirmed.
  virtual nlohmann::json erase(const TenantId& tenant, int priority, const JobListener& listener) = 0;
  virtual nlohmann::json erase_user(const UserId& user, int priority, const JobListener& listener) = 0;
  /// Waits for the end of a job, or until it waits for somebody. On an estate the job is run here, unless another
  /// process works on it.
  virtual nlohmann::json wait(const JobId& job, const JobListener& listener) = 0;
};

/// @throws Error when the estate file or the server's URL is wrong.
std::unique_ptr<Backend> make_backend(const Options& options);

std::unique_ptr<Backend> make_estate_backend(const Options& options);
std::unique_ptr<Backend> make_server_backend(const Options& options);

}  // namespace tenure::cli
