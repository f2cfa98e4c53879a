#include "bench/bakery.h"
#include "bench/benchmarks.h"

namespace tenure::bench {

std::vector<Comparison> memory(const Server& server, const Scale& scale) {
  Bakery bakery(server, scale.rows(1'000'000));
  Comparison comparison{.name = "memory", .unit = "MB", .target = 64};
  bakery.reset();
  comparison.ours.push_back(bakery.peak_memory_of_erase());
  print_time(comparison, "ours", comparison.ours.back());
  bakery.require_erased();
  return {comparison};
}

}  // namespace tenure::bench
