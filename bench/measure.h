#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tenure::bench {

/// How much of a benchmark to run.
struct Scale {
  bool is_quick = false;  ///< a tenth of the rows and one pair: shows that a benchmark works, its figures mean nothing
  int pairs = 7;

  int rows(int full) const { return is_quick ? full / 10 : full; }
};

/// One figure of the summary: ours against a baseline, or against a limit where there is no baseline.
struct Comparison {
  std::string name;
  std::string unit = "s";
  std::vector<double> ours;
  std::vector<double> baseline;       ///< empty: the target is a limit for ours itself
  std::optional<double> target;       ///< largest ratio of medians (or largest median of ours); none: only reported
  bool ours_was_stopped = false;      ///< it ran into its time limit, so that its true figure is higher
  bool baseline_was_stopped = false;  ///< it ran into its time limit, so that its true figure is higher

  double ours_median() const;
  std::optional<double> baseline_median() const;
  /// What the target limits: the ratio of the medians, or the median of ours.
  double figure() const;
  bool is_met() const { return !target || figure() <= *target; }
};

double median(std::vector<double> values);

/// Seconds that `work` takes.
double seconds_of(const std::function<void()>& work);

/// Prints one measurement as it comes.
void print_time(const Comparison& comparison, const std::string& side, double value);

/// What is measured, and what makes the state that it starts from (not measured).
struct Side {
  std::function<void()> prepare;
  std::function<void()> run;
};

/// Runs both sides `pairs` times, taking turns, the first of a pair alternately ours and the baseline, so that whatever
/// else the machine does falls on both. Prints each time as it comes.
void measure_pairs(Comparison& comparison, int pairs, const Side& ours, const Side& baseline);

/// Prints a line per comparison: medians with their spread, ratio, target, met or missed.
void print_summary(const std::vector<Comparison>& comparisons);

}  // namespace tenure::bench
