#include <fmt/format.h>

#include <iostream>
#include <thread>

#include "base/error.h"
#include "bench/benchmarks.h"
#include "bench/neighbours.h"
#include "bench/one_database.h"

namespace tenure::bench {
namespace {

const TenantId kNeighbour = TenantId::parse("22222222-2222-4222-8222-222222222222");

/// Both sides from the same state, for the same time; what is measured begins once everything is warm.
class Pair {
 public:
  Pair(const Server& server, const OneDatabase& shop, int rows) : server_(server), shop_(shop), rows_(rows) {}

  double beside_erasure() {
    return p99_during([&] {
      erasing_ = seconds_of([&] {
        if (shop_.erase_in_chunks(kPlainRole) != rows_) throw Error(ErrorCode::internal, "not all rows went");
      });
    });
  }
  double alone() {
    return p99_during([&] { std::this_thread::sleep_for(std::chrono::duration<double>(erasing_)); });
  }
  double erasing() const { return erasing_; }

 private:
  template <class Work>
  double p99_during(const Work& work) {
    shop_.reset();
    const auto settings = server_.settings("shop").with("application_name", "shop");
    Neighbours warming(settings, kNeighbour, rows_ / 25);
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    warming.stop();
    Neighbours neighbours(settings, kNeighbour, rows_ / 25);
    work();
    return p99_of(neighbours.stop());
  }

  const Server& server_;
  const OneDatabase& shop_;
  const int rows_;
  double erasing_ = 10;
};

}  // namespace

std::vector<Comparison> beside_neighbours(const Server& server, const Scale& scale) {
  const int rows = scale.rows(1'000'000);
  const OneDatabase shop(server, "shop", rows);
  Comparison comparison{.name = "neighbours' p99 beside an erasure", .unit = "ms", .target = 1.5};
  Comparison duration{.name = "… which takes"};
  Pair pair(server, shop, rows);
  const auto beside = [&] {
    comparison.ours.push_back(pair.beside_erasure());
    print_time(comparison, "ours", comparison.ours.back());
    duration.ours.push_back(pair.erasing());
    print_time(duration, "ours", duration.ours.back());
  };
  const auto alone = [&] {
    comparison.baseline.push_back(pair.alone());
    print_time(comparison, "baseline", comparison.baseline.back());
  };
  for (int number = 0; number < scale.pairs; ++number) {
    const bool is_ours_first = number % 2 == 0;
    is_ours_first ? beside() : alone();
    is_ours_first ? alone() : beside();
  }
  return {comparison, duration};
}

}  // namespace tenure::bench
