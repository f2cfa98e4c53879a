#include "bench/bakery.h"
#include "bench/benchmarks.h"
#include "bench/one_database.h"

namespace tenure::bench {
namespace {

Comparison in_one_database(const OneDatabase& shop, const Scale& scale, const std::string& variant,
                           const std::string& role) {
  Comparison comparison{.name = "preview, " + variant, .target = 0.3};
  const auto reset = [&] { shop.reset(); };
  measure_pairs(comparison, scale.pairs, {reset, [&] { shop.preview(role); }}, {reset, [&] { shop.erase(role); }});
  return comparison;
}

Comparison in_twelve_services(const Server& server, const Scale& scale) {
  Bakery bakery(server, scale.rows(250'000));
  Comparison comparison{.name = "preview, twelve services", .target = 0.3};
  std::unique_ptr<cli::Assembly> assembly;
  const auto reset = [&] {
    assembly.reset();
    bakery.reset();
    assembly = bakery.assemble();
  };
  measure_pairs(comparison, scale.pairs, {reset, [&] { bakery.preview(*assembly); }},
                {reset, [&] { bakery.erase(*assembly); }});
  return comparison;
}

}  // namespace

std::vector<Comparison> preview(const Server& server, const Scale& scale) {
  std::vector<Comparison> figures;
  {
    const OneDatabase shop(server, "shop", scale.rows(250'000));
    figures.push_back(in_one_database(shop, scale, "one database, plain role", kPlainRole));
    figures.push_back(in_one_database(shop, scale, "one database, may skip triggers", kSuperuser));
  }
  figures.push_back(in_twelve_services(server, scale));
  return figures;
}

}  // namespace tenure::bench
