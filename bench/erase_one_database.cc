#include <fmt/format.h>

#include "base/error.h"
#include "bench/benchmarks.h"
#include "bench/one_database.h"

namespace tenure::bench {
namespace {

Comparison compare(const OneDatabase& shop, const Scale& scale, const std::string& variant, const std::string& role,
                   int rows, double target) {
  Comparison comparison{.name = "erase-one-database, " + variant, .target = target};
  const auto reset = [&] { shop.reset(); };
  measure_pairs(comparison, scale.pairs,
                {reset,
                 [&] {
                   if (const auto deleted = shop.erase(role); deleted != rows) {
                     throw Error(ErrorCode::internal, fmt::format("{} rows deleted instead of {}", deleted, rows));
                   }
                 }},
                {reset, [&] { shop.erase_by_hand(role); }});
  return comparison;
}

}  // namespace

std::vector<Comparison> erase_one_database(const Server& server, const Scale& scale) {
  const int rows = scale.rows(250'000);
  const OneDatabase shop(server, "shop", rows);
  shop.reset();
  shop.erase_by_hand(kPlainRole);
  if (shop.preview(kPlainRole) != 0) throw Error(ErrorCode::internal, "the script by hand leaves rows");
  return {compare(shop, scale, "plain role", kPlainRole, rows, 1.05),
          compare(shop, scale, "may skip triggers", kSuperuser, rows, 0.7)};
}

}  // namespace tenure::bench
