#include "cli/job_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

// C9, C10: what was decided about a job, as a person reads it.
namespace tenure::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kAt = "2026-03-01T12:00:00.000Z";

TEST(JobDecisionsText, SaysWhatWasDecidedAndWhatIsWaitedFor) {
  const auto text = job_text({{"job_id", "j"},
                              {"status", "held"},
                              {"tenant_id", "t"},
                              {"run_at", kAt},
                              {"priority", 7},
                              {"approvals", {{{"approver", "u1"}, {"given_at", kAt}, {"lapsed_at", kAt}}}},
                              {"hold", {{"since", kAt}}},
                              {"cancel_requested", {{"at", kAt}, {"by", "user/u2"}}},
                              {"waits_until", kAt},
                              {"archive", {{"retained_until", kAt}, {"destroyed_at", nullptr}}},
                              {"errors", {"orders: no"}}});
  const std::string at = kAt;
  EXPECT_THAT(text, AllOf(HasSubstr("begins    " + at), HasSubstr("priority  7"),
                          HasSubstr("approved  " + at + " by u1, lapsed " + at), HasSubstr("on hold   since " + at),
                          HasSubstr("cancelled " + at + " by user/u2"), HasSubstr("waits     until " + at),
                          HasSubstr("archive   kept until " + at), HasSubstr("error     orders: no")));
}

TEST(JobDecisionsText, IsSilentWhereNothingWasDecided) {
  const auto text = job_text({{"job_id", "j"},
                              {"status", "running"},
                              {"tenant_id", "t"},
                              {"run_at", nullptr},
                              {"priority", 0},
                              {"approvals", json::array()},
                              {"hold", nullptr},
                              {"cancel_requested", nullptr},
                              {"waits_until", nullptr},
                              {"archive", nullptr},
                              {"errors", json::array()}});
  for (const auto* word : {"begins", "priority", "approved", "hold", "cancelled", "waits", "archive", "error"}) {
    EXPECT_THAT(text, Not(HasSubstr(word)));
  }
}

TEST(JobDecisionsText, DestroyedArchiveIsNotKept) {
  const auto text = job_text({{"job_id", "j"}, {"archive", {{"retained_until", kAt}, {"destroyed_at", kAt}}}});
  EXPECT_THAT(text, AllOf(HasSubstr(std::string("archive   destroyed ") + kAt), Not(HasSubstr("kept"))));
}

TEST(JobHistoryText, IsALineAChange) {
  const auto text = job_history_text(
      {{"transitions",
        {{{"at", kAt}, {"from", nullptr}, {"to", "pending"}, {"reason", "enqueued"}, {"by", "command"}, {"epoch", 0}},
         {{"at", kAt},
          {"from", "pending"},
          {"to", "running"},
          {"reason", "claimed"},
          {"by", "worker/1"},
          {"epoch", 1}}}}});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  EXPECT_THAT(text, AllOf(HasSubstr("enqueued"), HasSubstr("worker/1")));
}

// E7: whatever somebody wrote cannot steer the terminal.
TEST(HoldText, ReasonIsPrintable) {
  const json hold = {{"number", 3}, {"tenant_id", "t"}, {"reason", "a\x1b[2J"}, {"placed_at", kAt}, {"placed_by", "u"}};
  EXPECT_THAT(hold_text(hold), AllOf(HasSubstr("Legal hold 3 on tenant t"), Not(HasSubstr("\x1b"))));
  EXPECT_THAT(hold_list_text({{"holds", {hold}}}), Not(HasSubstr("\x1b")));
  EXPECT_EQ(hold_list_text({{"holds", json::array()}}), "no holds\n");
}

}  // namespace
}  // namespace tenure::cli
