#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "base/error.h"
#include "bench/benchmarks.h"

namespace tenure::bench {
namespace {

struct Benchmark {
  const char* name;
  const char* about;
  std::vector<Comparison> (*run)(const Server& server, const Scale& scale);
};

constexpr Benchmark kBenchmarks[] = {
    {"erase-one-database", "250,000 rows of one database, against a script written by hand", erase_one_database},
    {"unindexed-key", "40,000 parents under a key without an index, against plain DELETE", unindexed_key},
    {"preview", "a preview against the erasure of the same 250,000 rows", preview},
    {"archive", "the same 250,000 rows with an archive, against without; and their restoration", archived_erasure},
    {"neighbours", "another tenant's reads and writes while 1,000,000 rows go in chunks, against alone",
     beside_neighbours},
    {"twelve-services", "the bakery's whole job, against scripts written by hand and against SQLAlchemy",
     twelve_services},
    {"watchers", "the bakery's whole job while 200 WebSocket clients watch it, against nobody", watchers},
    {"overview", "the dashboard's overview over HTTP with 10,000 jobs in the table", overview},
    {"jobs", "jobs over twelve services that hold nothing: one by one, and 200 queued at once", empty_jobs},
    {"schema-migrations", "nothing to do over 10,000 schemas; ten columns over 200, against plain connections",
     schema_migrations},
    {"schema-tenants", "a schema of 60 tables made and erased, against a plain script and DROP SCHEMA", schema_tenants},
    {"schema-drift", "1,000 schemas of 60 tables compared with the reference", schema_drift},
    {"memory", "peak memory of `tenure erase` for 1,000,000 rows", memory},
    {"verified-token", "reading and checking a token, against its bare signature", verified_token},
    {"log-in", "a log-in with its session and tokens, against the bare Argon2id", log_in},
    {"log-ins-at-once", "eight log-ins at once, against the bare Argon2id two at a time", log_ins_at_once},
};

int run(const std::vector<std::string>& names, const Scale& scale) {
  const Server server;
  std::vector<Comparison> all;
  for (const auto& benchmark : kBenchmarks) {
    if (!names.empty() && std::ranges::find(names, benchmark.name) == names.end()) continue;
    std::cout << benchmark.name << ": " << benchmark.about << std::endl;
    for (auto& comparison : benchmark.run(server, scale)) all.push_back(std::move(comparison));
  }
  print_summary(all);
  if (scale.is_quick) std::cout << "(--quick: too few rows for the figures to mean anything)\n";
  return 0;
}

int run(int argc, char** argv) {
  CLI::App app("Tenure's benchmarks: each against its baseline in the same run.", "tenure_bench");
  std::vector<std::string> names;
  std::vector<std::string> known;
  for (const auto& benchmark : kBenchmarks) known.emplace_back(benchmark.name);
  Scale scale;
  app.add_option("name", names, "Only these benchmarks")->check(CLI::IsMember(known));
  app.add_flag("--quick", scale.is_quick, "A tenth of the rows, one pair: checks that the benchmarks work");
  auto* pairs = app.add_option("--pairs", scale.pairs, "Times that each side is measured")->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  if (scale.is_quick && pairs->count() == 0) scale.pairs = 1;
  try {
    return run(names, scale);
  } catch (const Error& error) {
    std::cerr << "tenure_bench: " << error.what() << "\n";
    for (const auto& problem : error.problems()) std::cerr << "  " << problem << "\n";
  } catch (const std::exception& error) {
    std::cerr << "tenure_bench: " << error.what() << "\n";
  }
  return 1;
}

}  // namespace
}  // namespace tenure::bench

int main(int argc, char** argv) { return tenure::bench::run(argc, argv); }
