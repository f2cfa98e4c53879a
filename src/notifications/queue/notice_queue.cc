#include "notifications/queue/notice_queue.h"

#include "notifications/sql.h"

namespace tenure::notifications {
namespace {

WallTime time_from(std::int64_t micros) {
  return WallTime(std::chrono::duration_cast<WallTime::duration>(std::chrono::microseconds(micros)));
}

std::optional<std::int64_t> count_of(const std::optional<Milliseconds>& duration) {
  return duration ? std::optional<std::int64_t>(duration->count()) : std::nullopt;
}

KeptNotice notice_of(const pg::Result& rows, int row) {
  return {.id = Uuid::parse(rows.text(row, 0), "id"),
          .receiver = rows.text(row, 1),
          .kind = rows.text(row, 2),
          .payload = rows.text(row, 3),
          .created_at = time_from(rows.int64(row, 4)),
          .tries = static_cast<int>(rows.int64(row, 5))};
}

}  // namespace

void install_schema(pg::Connection& control) {
  if (!control.exec(sql::kFindNotices).boolean(0, 0)) control.run_script(sql::kCreateNotices);
}

void keep(pg::Transaction& transaction, const std::string& receiver, const std::string& kind,
          const std::string& payload) {
  transaction.exec(sql::kKeepNotice, pg::Params(Uuid::random().str(), receiver, kind, payload));
}

std::optional<KeptNotice> NoticeQueue::take(const std::vector<std::string>& receivers, Milliseconds claim,
                                            const Call& call) {
  const auto rows = control_.take(call)->exec(sql::kTakeNotice, pg::Params(receivers, claim.count()));
  if (rows.empty()) return std::nullopt;
  return notice_of(rows, 0);
}

void NoticeQueue::note_delivered(const KeptNotice& notice, const Call& call) {
  control_.take(call)->exec(sql::kNoteDelivered, pg::Params(notice.id.str(), notice.tries));
}

bool NoticeQueue::put_off(const KeptNotice& notice, const std::string& why, std::optional<Milliseconds> delay,
                          const Call& call) {
  const auto rows = control_.take(call)->exec(
      sql::kPutOffNotice,
      pg::Params(notice.id.str(), notice.tries, why, count_of(delay), std::int64_t{give_up_after_.count()}));
  return !rows.empty() && rows.boolean(0, 0);
}

void NoticeQueue::give_back(const KeptNotice& notice, const Call& call) {
  control_.take(call)->exec(sql::kGiveBackNotice, pg::Params(notice.id.str(), notice.tries));
}

void NoticeQueue::tidy(const Call& call) {
  auto session = control_.take(call);
  session->exec(sql::kGiveUpOverdue, pg::Params(std::int64_t{give_up_after_.count()}));
  session->exec(sql::kForgetNotices);
}

std::vector<UndeliveredNotice> NoticeQueue::undelivered(int most, const Call& call) {
  const auto rows = control_.take(call)->exec(sql::kListUndelivered, pg::Params(most));
  std::vector<UndeliveredNotice> list;
  for (int row = 0; row < rows.rows(); ++row) {
    list.push_back({.notice = notice_of(rows, row),
                    .is_given_up = rows.text(row, 6) == "given_up",
                    .why = rows.optional_text(row, 7).value_or(""),
                    .due_at = time_from(rows.int64(row, 8))});
  }
  return list;
}

bool NoticeQueue::retry(const Uuid& id, const Call& call) {
  return !control_.take(call)->exec(sql::kRetryNotice, pg::Params(id.str())).empty();
}

NoticeCounts count_notices(pg::Pool& control, const Call& call) {
  const auto rows = control.take(call)->exec(sql::kCountNotices);
  NoticeCounts counts;
  for (int row = 0; row < rows.rows(); ++row) counts[{rows.text(row, 0), rows.text(row, 1)}] = rows.int64(row, 2);
  return counts;
}

std::map<std::string, std::int64_t> count_given_up(pg::Pool& control, const Call& call) {
  const auto rows = control.take(call)->exec(sql::kCountGivenUp);
  std::map<std::string, std::int64_t> counts;
  for (int row = 0; row < rows.rows(); ++row) counts[rows.text(row, 0)] = rows.int64(row, 1);
  return counts;
}

}  // namespace tenure::notifications
