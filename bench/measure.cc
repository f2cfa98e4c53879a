#include "bench/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iostream>

namespace tenure::bench {
namespace {

std::string spread_of(const std::vector<double>& values, bool was_stopped) {
  if (values.empty()) return "-";
  const auto [least, most] = std::ranges::minmax_element(values);
  if (values.size() == 1) return fmt::format("{}{:.3f}", was_stopped ? "> " : "", values.front());
  return fmt::format("{:.3f} ({:.3f}-{:.3f})", median(values), *least, *most);
}

std::string ratio_of(const Comparison& comparison) {
  if (comparison.baseline.empty() || comparison.ours_was_stopped) return "-";
  return fmt::format("{}{:.3g}", comparison.baseline_was_stopped ? "< " : "", comparison.figure());
}

std::string verdict_of(const Comparison& comparison) {
  if (!comparison.target) return "-";
  return comparison.is_met() ? "met" : "missed";
}

}  // namespace

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double Comparison::ours_median() const { return median(ours); }

std::optional<double> Comparison::baseline_median() const {
  if (baseline.empty()) return std::nullopt;
  return median(baseline);
}

double Comparison::figure() const {
  const auto other = baseline_median();
  return other ? ours_median() / *other : ours_median();
}

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void print_time(const Comparison& comparison, const std::string& side, double value) {
  std::cout << fmt::format("  {}: {} {:.3f} {}", comparison.name, side, value, comparison.unit) << std::endl;
}

void measure_pairs(Comparison& comparison, int pairs, const Side& ours, const Side& baseline) {
  const auto measure = [&](const Side& side, std::vector<double>& times, const char* name) {
    side.prepare();
    times.push_back(seconds_of(side.run));
    print_time(comparison, name, times.back());
  };
  for (int pair = 0; pair < pairs; ++pair) {
    const bool is_ours_first = pair % 2 == 0;
    if (is_ours_first) measure(ours, comparison.ours, "ours");
    measure(baseline, comparison.baseline, "baseline");
    if (!is_ours_first) measure(ours, comparison.ours, "ours");
  }
}

void print_summary(const std::vector<Comparison>& comparisons) {
  constexpr auto kLine = "{:<46} {:>24} {:>24} {:>10} {:>8}  {}\n";
  std::cout << "\n" << fmt::format(kLine, "benchmark", "ours", "baseline", "ratio", "target", "");
  for (const auto& one : comparisons) {
    std::cout << fmt::format(kLine, fmt::format("{} [{}]", one.name, one.unit),
                             spread_of(one.ours, one.ours_was_stopped),
                             spread_of(one.baseline, one.baseline_was_stopped), ratio_of(one),
                             one.target ? fmt::format("<= {:g}", *one.target) : "-", verdict_of(one));
  }
  std::cout << std::flush;
}

}  // namespace tenure::bench
