#include <fmt/format.h>

#include "base/error.h"
#include "bench/benchmarks.h"
#include "bench/one_database.h"

namespace tenure::bench {
namespace {

/// Runs `work` until it ends or the limit ends it; false in the latter case.
bool ends_within(Milliseconds limit, const std::function<void(const Call&)>& work) {
  try {
    work(Call::within(limit));
    return true;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::timeout) throw;
    return false;
  }
}

Comparison compare(const OneDatabase& database, const std::string& variant, const std::string& role, int rows,
                   Milliseconds limit, int runs) {
  Comparison comparison{.name = "unindexed-key, " + variant};
  for (int run = 0; run < runs; ++run) {
    database.reset();
    comparison.ours.push_back(seconds_of([&] {
      comparison.ours_was_stopped = !ends_within(limit, [&](const Call& call) {
        if (const auto deleted = database.erase(role, call); deleted != rows) {
          throw Error(ErrorCode::internal, fmt::format("{} rows deleted instead of {}", deleted, rows));
        }
      });
    }));
    print_time(comparison, comparison.ours_was_stopped ? "ours stopped after" : "ours", comparison.ours.back());
  }
  database.reset();
  comparison.baseline.push_back(seconds_of([&] {
    comparison.baseline_was_stopped =
        !ends_within(limit, [&](const Call& call) { database.erase_by_hand(role, call); });
  }));
  print_time(comparison, comparison.baseline_was_stopped ? "baseline stopped after" : "baseline",
             comparison.baseline.back());
  return comparison;
}

}  // namespace

std::vector<Comparison> unindexed_key(const Server& server, const Scale& scale) {
  const int parents = scale.rows(40'000);
  const int rows = parents * 11;  // ten children each
  const OneDatabase database(server, "unindexed", parents);
  const Milliseconds limit(scale.is_quick ? 10'000 : 120'000);
  auto skipping = compare(database, "may skip triggers", kSuperuser, rows, limit, scale.pairs);
  skipping.target = 0.01;
  return {skipping, compare(database, "plain role", kPlainRole, rows, limit, 1)};
}

}  // namespace tenure::bench
