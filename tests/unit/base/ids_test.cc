#include "base/ids.h"

#include <gtest/gtest.h>

#include <set>
#include <type_traits>

#include "base/error.h"
#include "base/subject.h"

namespace tenure {
namespace {

constexpr const char* kText = "0f8fad5b-d9cb-469f-a165-70867728950e";

static_assert(!std::is_convertible_v<TenantId, UserId>);
static_assert(!std::is_constructible_v<JobId, TenantId>);
static_assert(!std::is_convertible_v<Uuid, TenantId>);

TEST(Ids, AUuidReadsBackAsItWasWritten) { EXPECT_EQ(TenantId::parse(kText).str(), kText); }

TEST(Ids, UpperCaseIsAcceptedAndPrintedLower) {
  EXPECT_EQ(TenantId::parse("0F8FAD5B-D9CB-469F-A165-70867728950E").str(), kText);
}

// "Bad input" of the contract: a malformed UUID names its field and does not repeat the value.
TEST(Ids, AMalformedUuidNamesItsFieldAndNotItsValue) {
  const std::string malformed[] = {"",
                                   "0f8fad5b",
                                   "0f8fad5bd9cb469fa16570867728950e",
                                   "{0f8fad5b-d9cb-469f-a165-70867728950e}",
                                   "0f8fad5b-d9cb-469f-a165-70867728950",
                                   "0f8fad5b-d9cb-469f-a165-70867728950ee",
                                   "0f8fad5b-d9cb-469f-a165-70867728950g",
                                   "0f8fad5b_d9cb-469f-a165-70867728950e",
                                   "0f8fad5-bd9cb-469f-a165-70867728950e",
                                   " f8fad5b-d9cb-469f-a165-70867728950e",
                                   "0f8fad5b-d9cb-469f-a165-70867728950\xc3",
                                   std::string("0f8fad5b-d9cb-469f-a165-7086772895\0e", 36)};
  for (const auto& text : malformed) {
    try {
      UserId::parse(text);
      FAIL() << "accepted: " << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      EXPECT_STREQ(error.what(), "user_id: not a UUID (expected 8-4-4-4-12 hexadecimal digits)");
    }
  }
}

TEST(Ids, TheFieldOfAnErrorCanBeNamedByTheCaller) {
  try {
    TenantId::parse("x", "--tenant");
    FAIL();
  } catch (const Error& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with("--tenant: "));
  }
}

TEST(Ids, RandomIdsAreOfVersionFourAndDiffer) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto text = JobId::random().str();
    EXPECT_EQ(text[14], '4');
    EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos);
    EXPECT_TRUE(seen.insert(text).second);
  }
}

TEST(Ids, IdsOrderAsTheirTextDoes) {
  const auto low = TenantId::parse("00000000-0000-0000-0000-000000000001");
  const auto high = TenantId::parse("f0000000-0000-0000-0000-000000000000");
  EXPECT_LT(low, high);
  EXPECT_EQ(low, TenantId::parse(low.str()));
}

TEST(Ids, ASubjectKnowsItsKindAndItsId) {
  const auto id = Uuid::parse(kText, "id");
  EXPECT_EQ(kind_of(Subject(TenantId(id))), SubjectKind::tenant);
  EXPECT_EQ(kind_of(Subject(UserId(id))), SubjectKind::user);
  EXPECT_EQ(id_of(Subject(UserId(id))), kText);
  EXPECT_NE(Subject(TenantId(id)), Subject(UserId(id)));
}

}  // namespace
}  // namespace tenure
