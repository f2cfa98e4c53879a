#include <fmt/format.h>
#include <unistd.h>

#include "cli/assembly.h"
#include "cli/backend.h"
#include "erasure/job_json.h"

namespace tenure::cli {
namespace {

class EstateBackend final : public Backend {
 public:
  explicit EstateBackend(const Options& options)
      : assembly_({.estate_file = options.estate, .embedded = options.embedded, .state = options.state}) {
    assembly_.install_control_schema();
  }

  nlohmann::json preview(const TenantId& tenant) override {
    return erasure::preview_to_json(assembly_.erase_tenant().preview(tenant, Call::within(Milliseconds(60000))));
  }

  nlohmann::json erase(const TenantId& tenant, const JobListener& listener) override {
    const auto owner = fmt::format("cli/{}", getpid());
    nlohmann::json seen;
    const auto on_event = [&](const erasure::ErasureEvent& event) {
      seen["job_id"] = event.job.str();
      seen["status"] = jobs::to_string(event.job_state);
      if (!event.service.empty()) {
        seen["service_results"][event.service] = {{"status", jobs::to_string(event.step_state)},
                                                  {"deleted_counts", event.deleted_counts},
                                                  {"errors", event.errors}};
      }
      if (listener) listener(seen);
    };
    const auto job = assembly_.erase_tenant().run_to_end({.tenant = tenant, .initiated_by = {}}, owner, {}, on_event);
    return erasure::job_to_json(job);
  }

  nlohmann::json job(const JobId& job) override { return erasure::job_to_json(assembly_.jobs().get(job)); }

  nlohmann::json jobs(const Options& filter) override {
    jobs::JobFilter wanted;
    if (!filter.tenant.empty()) wanted.tenant = TenantId::parse(filter.tenant);
    if (!filter.status.empty()) wanted.state = jobs::parse_job_state(filter.status);
    wanted.limit = filter.limit;
    return erasure::job_page_to_json(assembly_.jobs().list(wanted));
  }

 private:
  Assembly assembly_;
};

}  // namespace

std::unique_ptr<Backend> make_estate_backend(const Options& options) {
  return std::make_unique<EstateBackend>(options);
}

std::unique_ptr<Backend> make_backend(const Options& options) {
  return options.server.empty() ? make_estate_backend(options) : make_server_backend(options);
}

}  // namespace tenure::cli
