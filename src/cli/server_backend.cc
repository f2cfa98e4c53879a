#include <fmt/format.h>

#include <condition_variable>
#include <mutex>

#include "base/error.h"
#include "cli/assembly.h"
#include "cli/backend.h"
#include "identity/token.h"
#include "store/remote/http_client.h"
#include "store/remote/remote_error.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

constexpr Milliseconds kRequestTimeout{120000};
constexpr Milliseconds kWatchInterval{250};

/// A token of TENURE_TOKEN, or one signed with the keys of the state folder, where the server runs on this machine.
class Credentials {
 public:
  explicit Credentials(const Options& options) {
    if (auto token = environment_variable("TENURE_TOKEN")) {
      given_ = Secret(std::move(*token));
    } else {
      keys_.emplace(std::filesystem::path(options.state) / "keys", clock_);
    }
  }
  Secret token() const {
    return given_.empty() ? identity::issue_service_token(*keys_, clock_, "operator", "tenure") : given_;
  }

 private:
  SystemClock clock_;
  Secret given_;
  std::optional<identity::SigningKeys> keys_;
};

class ServerBackend final : public Backend {
 public:
  explicit ServerBackend(const Options& options) : url_(options.server), credentials_(options) {
    while (url_.ends_with('/')) url_.pop_back();
  }

  json preview(const TenantId& tenant) override { return send("GET", "/api/v1/deletion-preview/" + tenant.str()); }

  json erase(const TenantId& tenant, const JobListener& listener) override {
    const auto started = send("DELETE", "/api/v1/tenants/" + tenant.str(), {"Prefer: respond-async"});
    const auto id = JobId::parse(started.at("job_id").get<std::string>());
    json last;
    for (;;) {
      auto now = job(id);
      if (now != last && listener) listener(now);
      if (now.at("status") == "completed" || now.at("status") == "failed") return now;
      last = std::move(now);
      pause();
    }
  }

  json job(const JobId& job) override { return send("GET", "/api/v1/auth/deletion-jobs/" + job.str()); }

  json jobs(const Options& filter) override {
    auto query = fmt::format("?limit={}", filter.limit);
    if (!filter.tenant.empty()) query += "&tenant_id=" + TenantId::parse(filter.tenant).str();
    if (!filter.status.empty()) query += "&status=" + checked_status(filter.status);
    return send("GET", "/api/v1/auth/deletion-jobs" + query);
  }

 private:
  // Goes into a URL, so nothing but a state's name may pass.
  static std::string checked_status(const std::string& status) {
    return std::string(jobs::to_string(jobs::parse_job_state(status)));
  }

  static void pause() {
    static std::mutex mutex;
    static std::condition_variable never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, kWatchInterval);
  }

  json send(const std::string& method, const std::string& path, std::vector<std::string> headers = {}) {
    const auto answer = store::send_http(
        {.method = method, .url = url_ + path, .headers = std::move(headers), .bearer = credentials_.token()},
        Call::within(kRequestTimeout));
    if (answer.status >= 300) throw store::error_of_answer(answer, method);
    auto body = json::parse(answer.body, nullptr, false);
    if (body.is_discarded()) throw Error(ErrorCode::corrupt, "the server's answer is not JSON");
    return body;
  }

  std::string url_;
  const Credentials credentials_;
};

}  // namespace

std::unique_ptr<Backend> make_server_backend(const Options& options) {
  return std::make_unique<ServerBackend>(options);
}

}  // namespace tenure::cli
