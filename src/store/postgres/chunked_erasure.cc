#include "store/postgres/chunked_erasure.h"

#include <algorithm>
#include <chrono>
#include <span>

#include "base/error.h"
#include "base/failpoint.h"
#include "base/pause.h"
#include "store/postgres/erasure_transaction.h"
#include "store/postgres/large_tables.h"
#include "store/postgres/outside_rows.h"
#include "store/postgres/receipts.h"
#include "store/postgres/server_load.h"

namespace tenure::store {
namespace {

// A gentle statement takes so many, in about a millisecond.
constexpr std::int64_t kStripRows = 100;

using catalog::TableName;
using plan::DeleteStep;
using plan::OwnedTable;

class Run {
 public:
  Run(pg::Connection& connection, const ErasureOrder& order, const ChunkRules& rules, std::int64_t& rows_taken,
      const Call& call)
      : connection_(connection),
        order_(order),
        plan_(order.plan),
        rules_(rules),
        rows_taken_(rows_taken),
        call_(call),
        strip_rows_(std::clamp<std::int64_t>(rules.rows / 16, 1, kStripRows)),
        pace_(first_pace(rules)) {}

  std::optional<Disturbance> operator()(StartAt start) {
    const auto& subject = order_.request.subject;
    const auto large = find_large_tables(connection_, plan_, subject, rules_.rows, call_);
    if (large.empty() || find_receipt(connection_, order_.request)) return std::nullopt;
    refuse_outside_rows(connection_, plan_, subject, call_);
    refuse_unsafe_files(connection_, plan_, subject, call_);
    pace_ = first_pace(rules_, measure_server_load(connection_));
    if (start == StartAt::progress) cursors_ = find_progress(connection_, order_.receipt_key).cursors;
    for (const auto& step : plan_.steps) {
      const auto* deletion = std::get_if<DeleteStep>(&step);
      const auto is_large = [&](const TableName& name) { return large.contains(name); };
      if (deletion == nullptr || std::ranges::none_of(deletion->tables, is_large)) {
        before_.push_back(&step);
        continue;
      }
      do_steps_before();
      refers_to_itself(*deletion) ? take_leaves(*deletion) : take_apart(*deletion);
      if (is_over()) break;
      if (refers_to_itself(*deletion)) before_.push_back(&step);
    }
    return std::move(disturbance_);
  }

 private:
  // What comes before a large table in the plan must be done before it, since it may point at its rows.
  void do_steps_before() {
    if (before_.empty() || is_over()) return;
    transaction([&](StepRunner& steps, Progress&) {
      for (const auto* step : before_) steps.apply(*step);
    });
    before_.clear();
  }

  bool refers_to_itself(const DeleteStep& step) const {
    const auto is_within = [&](const plan::Guard& guard) {
      const auto has = [&](const TableName& name) { return std::ranges::find(step.tables, name) != step.tables.end(); };
      return has(guard.child) && has(guard.parent);
    };
    return std::ranges::any_of(plan_.guards, is_within);
  }

  void take_apart(const DeleteStep& step) {
    const auto& table = plan_.tables.at(step.tables.front());
    const auto cursor = cursors_.find(table.label);
    // One that was done and is large again has got rows since, or its rows have moved: from the beginning.
    const auto strips = strips_of(table, cursor == cursors_.end() ? "" : cursor->second);
    take(table, strips, {},
         [&](std::size_t next) { cursors_[table.label] = next < strips.size() ? strips[next].from : ""; });
  }

  // Leaves first: rows that no other row of the circle points at can go before those that they point at. Over again
  // with what has become a leaf by that, as long as it is worth it; what then is left goes in one statement.
  void take_leaves(const DeleteStep& step) {
    for (bool is_worth_it = true; is_worth_it && !is_over();) {
      std::int64_t there = 0;
      std::int64_t taken = 0;
      for (const auto& name : step.tables) {
        const auto& table = plan_.tables.at(name);
        const auto strips = strips_of(table, "");
        there += static_cast<std::int64_t>(strips.size()) * strip_rows_;
        taken += take(table, strips, step.tables, [](std::size_t) {});
      }
      is_worth_it = there - taken > rules_.rows && taken > there / 8;
    }
  }

  std::vector<Strip> strips_of(const OwnedTable& table, const std::string& from) {
    if (is_over()) return {};
    return list_strips(connection_, plan_, table, order_.request.subject, from, strip_rows_, call_);
  }

  /// `pass` is told the number of the first strip that is still to go.
  template <class Pass>
  std::int64_t take(const OwnedTable& table, const std::vector<Strip>& strips,
                    const std::vector<TableName>& unless_named_by, const Pass& pass) {
    std::int64_t all = 0;
    for (std::size_t at = 0; at < strips.size() && !is_over();) {
      const auto count = static_cast<std::size_t>(std::max<std::int64_t>(1, pace_.rows / strip_rows_));
      const auto next = std::min(at + count, strips.size());
      pass(next);
      all += take_chunk(table, std::span(strips).subspan(at, next - at), unless_named_by);
      at = next;
    }
    return all;
  }

  std::int64_t take_chunk(const OwnedTable& table, std::span<const Strip> strips,
                          const std::vector<TableName>& unless_named_by) {
    TENURE_FAILPOINT("erase.chunk.before");
    const auto began_at = std::chrono::steady_clock::now();
    std::int64_t rows = 0;
    Milliseconds lock_wait{0};
    std::chrono::microseconds rested{0};
    transaction([&](StepRunner& steps, Progress&) {
      rested = take_strips(steps, table, strips, unless_named_by, rows);
      lock_wait = measure_lock_wait(connection_);
    });
    if (is_over()) return rows;
    rows_taken_ += rows;
    TENURE_FAILPOINT("erase.chunk.after");
    const auto took = std::chrono::steady_clock::now() - began_at;
    auto load = measure_server_load(connection_);
    load.lock_wait = lock_wait;
    pace_ = next_pace(rules_, pace_,
                      {.rows = rows,
                       .duration = std::chrono::duration_cast<Milliseconds>(took - rested),
                       .rested = std::chrono::duration_cast<Milliseconds>(rested)},
                      load);
    pause(std::min(pace_.rest, call_.deadline.left()), call_.stop);
    return rows;
  }

  /// In one statement, or gently. Adds to `rows`, and returns how long it has rested.
  std::chrono::microseconds take_strips(StepRunner& steps, const OwnedTable& table, std::span<const Strip> strips,
                                        const std::vector<TableName>& unless_named_by, std::int64_t& rows) {
    std::chrono::microseconds rested{0};
    // Files that rows name are counted after each statement.
    for (bool is_gentle = pace_.is_gentle && !table.files; !strips.empty();) {
      const auto part = is_gentle ? strips.first(1) : strips;
      strips = strips.subspan(part.size());
      const auto began_at = std::chrono::steady_clock::now();
      rows += steps.apply(DeleteStep{{table.name}},
                          {.from = part.front().from, .to = part.back().to, .unless_named_by = unless_named_by});
      if (!is_gentle || strips.empty()) continue;
      const auto took =
          std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began_at);
      const auto rest = rest_after(took);
      is_gentle = rest.has_value();
      call_.check();
      if (!rest) continue;
      pause(*rest, call_.stop);
      rested += *rest;
    }
    return rested;
  }

  void transaction(const Work& work) {
    call_.check();
    const auto with_cursors = [&](StepRunner& steps, Progress& progress) {
      work(steps, progress);
      progress.cursors = cursors_;
    };
    auto ended = run_transaction(connection_, order_, with_cursors, Ending::part, call_);
    if (auto* disturbance = std::get_if<Disturbance>(&ended)) {
      disturbance_ = std::move(*disturbance);
    } else if (const auto* progress = std::get_if<Progress>(&ended)) {
      if (order_.progress) order_.progress(progress->deleted_counts);
    } else {
      has_receipt_ = true;
    }
  }

  /// Somebody got in the way, or another call has finished the order.
  bool is_over() const { return disturbance_ || has_receipt_; }

  pg::Connection& connection_;
  const ErasureOrder& order_;
  const plan::ErasurePlan& plan_;
  const ChunkRules& rules_;
  std::int64_t& rows_taken_;
  const Call& call_;
  const std::int64_t strip_rows_;
  Pace pace_;
  std::map<std::string, std::string> cursors_;  ///< as Progress has them
  std::vector<const plan::Step*> before_;       ///< steps whose turn is before the next large table
  std::optional<Disturbance> disturbance_;
  bool has_receipt_ = false;
};

}  // namespace

std::optional<Disturbance> erase_in_chunks(pg::Connection& connection, const ErasureOrder& order,
                                           const ChunkRules& rules, StartAt start, std::int64_t& rows_taken,
                                           const Call& call) {
  return Run(connection, order, rules, rows_taken, call)(start);
}

}  // namespace tenure::store
