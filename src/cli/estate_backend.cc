#include <fmt/format.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/api.h"
#include "cli/backend.h"
#include "cli/messages.h"
#include "erasure/job_json.h"
#include "identity/token.h"
#include "store/remote/remote_error.h"

namespace tenure::cli {
namespace {

constexpr Milliseconds kDrain{8000};

/// Nobody watches the commands of one operator but themselves.
void log_nothing(const server::AccessLine& /*line*/) {}

class EstateBackend final : public Backend {
 public:
  explicit EstateBackend(const Options& options)
      : assembly_(assembly_settings(options)),
        runner_(assembly_.jobs(), assembly_.orchestrator(), {.owner = owner()}),
        api_(assembly_, {.hosted = {}, .runner = &runner_, .log = log_nothing}) {
    assembly_.install_control_schema();
    assembly_.install_tenancy_schema();
    if (auto* answers = assembly_.answers()) answers->start_when_asked([this] { start_messages(); });
  }

  ~EstateBackend() override {
    if (messages_) messages_->stop(kDrain);
  }
  EstateBackend(const EstateBackend&) = delete;
  EstateBackend& operator=(const EstateBackend&) = delete;

  nlohmann::json send(const std::string& method, const std::string& path, const nlohmann::json& body) override {
    const auto answered = request(method, path, body);
    return answered.empty() ? nlohmann::json() : nlohmann::json::parse(answered);
  }

  std::string download(const std::string& path) override { return request("GET", path, nullptr); }

  nlohmann::json erase(const TenantId& tenant, int priority, const JobListener& listener) override {
    return told(assembly_.erase_tenant().run_to_end(
        {.tenant = tenant, .priority = priority, .by = jobs::Actor::command()}, owner(), {}, listener_of(listener)));
  }

  nlohmann::json erase_user(const UserId& user, int priority, const JobListener& listener) override {
    return told(assembly_.erase_user().run_to_end({.user = user, .priority = priority, .by = jobs::Actor::command()},
                                                  owner(), {}, listener_of(listener)));
  }

  nlohmann::json wait(const JobId& job, const JobListener& listener) override {
    return told(assembly_.orchestrator().run_to_end(job, owner(), {}, listener_of(listener)));
  }

 private:
  /// The answer's body.
  std::string request(const std::string& method, const std::string& path, const nlohmann::json& body) {
    const auto question = path.find('?');
    const auto token = identity::issue_service_token(assembly_.keys(), assembly_.clock(), "operator", "tenure");
    server::Request sent{.method = method, .path = path.substr(0, question)};
    if (question != std::string::npos) sent.query_text = path.substr(question + 1);
    sent.headers["authorization"] = "Bearer " + token.reveal();
    if (!body.is_null()) {
      sent.headers["content-type"] = "application/json";
      sent.body = body.dump();
    }
    const auto answer = api_.answer(std::move(sent));
    if (answer.status >= 300) throw store::error_of_answer({.status = answer.status, .body = answer.body}, method);
    return answer.body;
  }

  /// Tells of it; what does not arrive now is a server's to try again.
  nlohmann::json told(const jobs::Job& job) {
    assembly_.notices().deliver_due(Call::within(kDrain));
    return erasure::job_to_json(job);
  }
  // With a broker, whoever holds a service carries out its requests; without one there is nobody else.
  void start_messages() {
    MessageWork work{.orchestrates = true};
    if (!assembly_.broker()) work.held = assembly_.estate().services_by_message();
    messages_.emplace(assembly_, work);
    messages_->start();
  }
  static std::string owner() { return fmt::format("cli/{}", getpid()); }

  static erasure::ErasureListener listener_of(const JobListener& listener) {
    return [seen = nlohmann::json(), listener](const erasure::ErasureEvent& event) mutable {
      seen["job_id"] = event.job.str();
      seen["status"] = jobs::to_string(event.job_state);
      if (!event.service.empty()) {
        seen["service_results"][event.service] = {{"status", jobs::to_string(event.step_state)},
                                                  {"deleted_counts", event.deleted_counts},
                                                  {"errors", event.errors}};
      }
      if (listener) listener(seen);
    };
  }

  Assembly assembly_;
  std::optional<Messages> messages_;  ///< from the first question to a service that is reached by message
  erasure::JobRunner runner_;         ///< never started: jobs are run here, by erase and erase_user
  const Api api_;
};

}  // namespace

std::unique_ptr<Backend> make_estate_backend(const Options& options) {
  return std::make_unique<EstateBackend>(options);
}

std::unique_ptr<Backend> make_backend(const Options& options) {
  return options.server.empty() ? make_estate_backend(options) : make_server_backend(options);
}

}  // namespace tenure::cli
