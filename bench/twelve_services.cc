#include "bench/bakery.h"
#include "bench/benchmarks.h"

namespace tenure::bench {
namespace {

// SQLAlchemy's times are long and steady, so that a few runs do.
constexpr int kMostPairsWithSqlAlchemy = 3;

Comparison against_scripts(Bakery& bakery, const Scale& scale) {
  Comparison comparison{.name = "twelve-services, scripts by hand", .target = 1.2};
  std::unique_ptr<cli::Assembly> assembly;
  measure_pairs(comparison, scale.pairs,
                {[&] {
                   bakery.reset();
                   assembly = bakery.assemble();
                 },
                 [&] { bakery.erase(*assembly); }},
                {[&] {
                   assembly.reset();
                   bakery.reset();
                 },
                 [&] { bakery.erase_by_hand(); }});
  assembly.reset();
  return comparison;
}

Comparison against_sqlalchemy(Bakery& bakery, const std::string& mode, int runs, const std::vector<double>& ours) {
  Comparison comparison{.name = "twelve-services, SQLAlchemy " + mode, .ours = ours};
  for (int run = 0; run < runs; ++run) {
    bakery.reset();
    comparison.baseline.push_back(bakery.erase_by_sqlalchemy(mode));
    print_time(comparison, "baseline", comparison.baseline.back());
    bakery.require_erased();
  }
  return comparison;
}

}  // namespace

std::vector<Comparison> twelve_services(const Server& server, const Scale& scale) {
  Bakery bakery(server, scale.rows(250'000));
  bakery.reset();
  bakery.erase_by_hand();
  bakery.require_erased();
  std::vector<Comparison> figures{against_scripts(bakery, scale)};
  const auto ours = figures.front().ours;
  figures.push_back(against_sqlalchemy(bakery, "query", std::min(scale.pairs, kMostPairsWithSqlAlchemy), ours));
  figures.push_back(against_sqlalchemy(bakery, "objects", 1, ours));
  return figures;
}

}  // namespace tenure::bench
