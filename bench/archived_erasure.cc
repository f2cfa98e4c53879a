#include <fmt/format.h>

#include "base/error.h"
#include "bench/benchmarks.h"
#include "bench/one_database.h"

namespace tenure::bench {
namespace {

void require(std::int64_t rows, int expected) {
  if (rows != expected) throw Error(ErrorCode::internal, fmt::format("{} rows instead of {}", rows, expected));
}

Comparison erasure(OneDatabase& shop, const Scale& scale, const std::string& variant, const std::string& role,
                   int rows) {
  Comparison comparison{.name = "erase with archive, " + variant, .target = 1.3};
  const auto reset = [&] { shop.reset(); };
  measure_pairs(comparison, scale.pairs, {reset, [&] { require(shop.erase_into_archive(role), rows); }},
                {reset, [&] { require(shop.erase(role), rows); }});
  return comparison;
}

Comparison restoration(OneDatabase& shop, const Scale& scale, const std::string& variant, const std::string& role,
                       int rows) {
  Comparison comparison{.name = "restore, " + variant, .target = 2};
  measure_pairs(comparison, scale.pairs,
                {[&] {
                   shop.reset();
                   shop.erase_into_archive(role);
                 },
                 [&] { require(shop.restore(role), rows); }},
                {[&] { shop.reset(); }, [&] { require(shop.erase_into_archive(role), rows); }});
  return comparison;
}

}  // namespace

std::vector<Comparison> archived_erasure(const Server& server, const Scale& scale) {
  const int rows = scale.rows(250'000);
  OneDatabase shop(server, "shop", rows);
  return {erasure(shop, scale, "plain role", kPlainRole, rows),
          erasure(shop, scale, "may skip triggers", kSuperuser, rows),
          restoration(shop, scale, "plain role", kPlainRole, rows),
          restoration(shop, scale, "may skip triggers", kSuperuser, rows)};
}

}  // namespace tenure::bench
