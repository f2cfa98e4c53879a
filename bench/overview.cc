#include "base/error.h"
#include "bench/bakery.h"
#include "bench/benchmarks.h"
#include "cli/api.h"
#include "erasure/job_runner.h"
#include "http/client.h"
#include "identity/token.h"
#include "server/http_server.h"

namespace tenure::bench {
namespace {

constexpr int kJobs = 10'000;
constexpr int kRequests = 31;
constexpr Milliseconds kTimeout{60'000};

/// Ended jobs of the last days, each over thirteen services; one of twenty failed.
void fill(pg::Connection& control) {
  pg::SqlBuilder jobs;
  jobs
      << "INSERT INTO tenure.deletion_jobs (id, tenant_id, tenant_name, status, lease_epoch, started_at, completed_at, "
         "total_items_deleted, error_log, created_at) SELECT gen_random_uuid(), gen_random_uuid(), 'Forn ' || n, "
         "CASE WHEN n % 20 = 0 THEN 'failed' ELSE 'completed' END, 1, at - interval '5 seconds', at, 25000, "
         "CASE WHEN n % 20 = 0 THEN array['orders: no'] ELSE '{}' END, at "
         "FROM (SELECT n, now() - n * interval '50 seconds' AS at FROM generate_series(1, "
      << kJobs << ") AS n) AS past";
  control.exec(sql("SET session_replication_role = replica"));
  control.exec(jobs.build());
  control.exec(
      sql("INSERT INTO tenure.deletion_steps (job_id, service, position, state, total, deleted_counts, started_at, "
          "completed_at, errors) SELECT id, 'service ' || s, s, 'done', 2000, '{\"orders\": 1000, \"order_items\": "
          "1000}', started_at, completed_at, '{}' FROM tenure.deletion_jobs, generate_series(1, 13) AS s"));
  control.exec(sql("ANALYZE"));
}

}  // namespace

std::vector<Comparison> overview(const Server& server, const Scale& scale) {
  Bakery bakery(server, 90);
  bakery.reset();
  const auto assembly = bakery.assemble();
  assembly->install_control_schema();
  fill(*assembly->control().take(Call::within(kTimeout)));
  erasure::JobRunner runner(assembly->jobs(), assembly->orchestrator(), {.owner = "bench"});  // all jobs have ended
  const cli::Api api(*assembly, {.hosted = {}, .runner = &runner, .log = [](const auto&) {}});
  server::HttpServer http({}, [&](server::Request request) { return api.answer(std::move(request)); });
  const http::Request request{
      .url = http.url() + "/api/v1/auth/deletion-overview?days=7",
      .bearer = identity::issue_service_token(assembly->keys(), assembly->clock(), "bench", "tenure")};
  Comparison comparison{.name = "overview, 10,000 jobs", .target = 0.1};
  for (int run = 0; run < (scale.is_quick ? 3 : kRequests); ++run) {
    comparison.ours.push_back(seconds_of([&] {
      const auto answer = http::send(request, Call::within(kTimeout));
      if (answer.status != 200) throw Error(ErrorCode::internal, "the overview was not answered: " + answer.body);
    }));
  }
  print_time(comparison, "ours", comparison.ours_median());
  return {comparison};
}

}  // namespace tenure::bench
