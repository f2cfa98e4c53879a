#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "base/error.h"
#include "bench/bakery.h"
#include "bench/benchmarks.h"
#include "erasure/job_runner.h"

namespace tenure::bench {
namespace {

constexpr int kQueued = 200;
constexpr int kEmptyJobs = 31;  // single jobs are short, so that many are measured
constexpr Milliseconds kTimeout{120'000};

Error unexpected(const std::string& what) { return Error(ErrorCode::internal, "benchmark: " + what); }

/// A tenant with its record and nothing else.
TenantId new_tenant(cli::Assembly& assembly) {
  const tenancy::NewTenant tenant{.name = "Empty Bakery", .owner = UserId::random()};
  return assembly.tenants()->tenants.create(tenant, Call::within(kTimeout)).id;
}

void require_completed(const jobs::Job& job) {
  if (job.state != jobs::JobState::completed) throw unexpected("a job did not complete");
}

double resident_megabytes() {
  std::ifstream statm("/proc/self/statm");
  double size = 0;
  double resident = 0;
  statm >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1024 * 1024);
}

Comparison one_by_one(cli::Assembly& assembly) {
  Comparison comparison{.name = "empty-job", .target = 0.150};
  for (int run = 0; run < kEmptyJobs; ++run) {
    const auto tenant = new_tenant(assembly);
    comparison.ours.push_back(
        seconds_of([&] { require_completed(assembly.erase_tenant().run_to_end({.tenant = tenant}, "bench", {})); }));
  }
  print_time(comparison, "ours", comparison.ours_median());
  return comparison;
}

std::vector<Comparison> all_at_once(cli::Assembly& assembly, const Scale& scale) {
  Comparison time{.name = fmt::format("queued-jobs, {} at once", scale.rows(kQueued))};
  Comparison memory{.name = "queued-jobs, memory they add", .unit = "MB", .target = 32};
  std::vector<JobId> queued;
  for (int at = 0; at < scale.rows(kQueued); ++at) {
    queued.push_back(assembly.erase_tenant().enqueue({.tenant = new_tenant(assembly)}, Call::within(kTimeout)));
  }
  erasure::JobRunner runner(assembly.jobs(), assembly.orchestrator(), {.owner = "bench"});
  const auto before = resident_megabytes();
  time.ours.push_back(seconds_of([&] {
    runner.start();
    for (const auto& job : queued) require_completed(runner.wait_for_end(job, Call::within(kTimeout)));
  }));
  memory.ours.push_back(std::max(0.0, resident_megabytes() - before));
  runner.stop(kTimeout);
  print_time(time, "ours", time.ours.back());
  print_time(memory, "ours", memory.ours.back());
  return {time, memory};
}

}  // namespace

std::vector<Comparison> empty_jobs(const Server& server, const Scale& scale) {
  Bakery bakery(server, 90);
  bakery.reset();
  const auto assembly = bakery.assemble();
  std::vector<Comparison> figures{one_by_one(*assembly)};
  for (auto& figure : all_at_once(*assembly, scale)) figures.push_back(std::move(figure));
  return figures;
}

}  // namespace tenure::bench
