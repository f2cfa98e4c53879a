#include <fmt/format.h>

#include "base/error.h"
#include "base/pause.h"
#include "cli/assembly.h"
#include "cli/backend.h"
#include "http/client.h"
#include "identity/token.h"
#include "jobs/job_state.h"
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

  json send(const std::string& method, const std::string& path, const json& body) override {
    return request(method, path, {}, body);
  }

  std::string download(const std::string& path) override { return answer("GET", path, {}, nullptr); }

  json erase(const TenantId& tenant, int priority, const JobListener& listener) override {
    return order("/api/v1/tenants/" + tenant.str(), priority, listener);
  }

  json erase_user(const UserId& user, int priority, const JobListener& listener) override {
    return order("/api/v1/auth/users/" + user.str(), priority, listener);
  }

  json wait(const JobId& job, const JobListener& listener) override {
    json last;
    for (;;) {
      auto now = request("GET", "/api/v1/auth/deletion-jobs/" + job.str(), {}, nullptr);
      if (now != last && listener) listener(now);
      const auto state = jobs::parse_job_state(now.at("status").get<std::string>());
      if (jobs::is_terminal(state) || jobs::waits_for_somebody(state)) return now;
      last = std::move(now);
      pause(kWatchInterval, {});
    }
  }

 private:
  json order(const std::string& path, int priority, const JobListener& listener) {
    const json body = priority == 0 ? json() : json{{"priority", priority}};
    const auto accepted = request("DELETE", path, {"Prefer: respond-async"}, body);
    return wait(JobId::parse(accepted.at("job_id").get<std::string>()), listener);
  }

  /// The answer's body.
  std::string answer(const std::string& method, const std::string& path, std::vector<std::string> headers,
                     const json& body) {
    auto answer = http::send({.method = method,
                              .url = url_ + path,
                              .headers = std::move(headers),
                              .body = body.is_null() ? std::string() : body.dump(),
                              .bearer = credentials_.token()},
                             Call::within(kRequestTimeout));
    if (answer.status >= 300) throw store::error_of_answer(answer, method);
    return std::move(answer.body);
  }

  json request(const std::string& method, const std::string& path, std::vector<std::string> headers, const json& body) {
    const auto text = answer(method, path, std::move(headers), body);
    if (text.empty()) return nullptr;
    auto parsed = json::parse(text, nullptr, false);
    if (parsed.is_discarded()) throw Error(ErrorCode::corrupt, "the server's answer is not JSON");
    return parsed;
  }

  std::string url_;
  const Credentials credentials_;
};

}  // namespace

std::unique_ptr<Backend> make_server_backend(const Options& options) {
  return std::make_unique<ServerBackend>(options);
}

}  // namespace tenure::cli
