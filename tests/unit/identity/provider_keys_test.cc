#include <future>
#include <thread>

#include "tests/unit/identity/external_provider_test.h"

namespace tenure::identity {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST_F(ExternalProviderTest, KeysAreFetchedOnceForManyTokens) {
  EXPECT_EQ(fetches_, 0) << "only when first needed";
  for (int i = 0; i < 5; ++i) EXPECT_EQ(reason_against(token()), "accepted");
  EXPECT_EQ(fetches_, 1);
}

TEST_F(ExternalProviderTest, TokenThatNoKeyCouldVerifyFetchesNothing) {
  const auto sign = test::signer_of(their_keys_);
  reason_against("garbage");
  reason_against(test::craft_token({{"alg", "none"}, {"kid", "k"}}, claims(), sign));
  reason_against(test::craft_token({{"alg", "ES256"}}, claims(), sign));
  EXPECT_EQ(fetches_, 0);
}

TEST_F(ExternalProviderTest, KeyThatWasAddedIsFetched) {
  EXPECT_EQ(reason_against(token()), "accepted");
  clock_.advance(seconds(10));
  their_keys_.rotate();
  EXPECT_EQ(reason_against(token()), "accepted");
  EXPECT_EQ(fetches_, 2);
}

TEST_F(ExternalProviderTest, UnknownKeysFetchAtMostEveryTenSeconds) {
  const auto known = token();
  EXPECT_EQ(reason_against(known), "accepted");
  const auto unknown = [&] {
    auto strange = header();
    strange["kid"] = Uuid::random().str();
    return test::craft_token(strange, claims(), test::signer_of(their_keys_));
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(reason_against(unknown()), "token: kid is not a key of the provider");
  EXPECT_EQ(fetches_, 1);
  clock_.advance(seconds(10));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(reason_against(unknown()), "token: kid is not a key of the provider");
  EXPECT_EQ(fetches_, 2);
  EXPECT_EQ(reason_against(known), "accepted");
}

TEST_F(ExternalProviderTest, IsUnavailableWhileAKeyIsUnknownAndCannotBeFetched) {
  is_reachable_ = false;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(reason_against(token(), ErrorCode::unavailable), "token: the provider's keys could not be fetched");
  }
  EXPECT_EQ(fetches_, 1);
  is_reachable_ = true;
  clock_.advance(seconds(10));
  EXPECT_EQ(reason_against(token()), "accepted");
}

TEST_F(ExternalProviderTest, SetThatHoldsNoKeyCountsAsUnreachable) {
  published_ = "<html>not found</html>";
  EXPECT_EQ(reason_against(token(), ErrorCode::unavailable), "token: the provider's keys could not be fetched");
}

/// One whose fetches from the second on wait for the test.
struct SlowProvider {
  explicit SlowProvider(const Clock& clock, std::function<std::string()> fetch)
      : provider(
            {.issuer = "https://id.example", .audience = "bakery"},
            [this, fetch = std::move(fetch)] {
              if (++fetches > 1) {
                has_begun.set_value();
                may_end.get_future().wait();
              }
              return fetch();
            },
            clock) {}

  int fetches = 0;
  std::promise<void> has_begun;
  std::promise<void> may_end;
  ExternalProvider provider;
};

/// Verifies the token of a key that is being fetched now, as soon as it has come.
void verify_once_fetched(ExternalProvider& provider, const std::string& token) {
  for (;;) {
    try {
      provider.verify(token);
      return;
    } catch (const Error& error) {
      ASSERT_EQ(error.code(), ErrorCode::unavailable) << error.what();
    }
    std::this_thread::yield();
  }
}

// Anybody can name a key that does not exist: with a slow provider they would otherwise hold a thread each.
TEST_F(ExternalProviderTest, NobodyWaitsForTheFetchOfAnother) {
  SlowProvider slow(clock_, [this] { return fetch(); });
  const auto known = token();
  slow.provider.verify(known);
  clock_.advance(seconds(10));
  their_keys_.rotate();
  auto fetching = std::async(std::launch::async, [&] { return slow.provider.verify(token()).user(); });
  slow.has_begun.get_future().wait();
  for (int i = 0; i < 3; ++i) {
    try {
      slow.provider.verify(token());
      ADD_FAILURE() << "accepted by a key that nobody has";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::unavailable) << error.what();
      EXPECT_EQ(error.retry(), Retry::later);
    }
    EXPECT_EQ(slow.provider.verify(known).user(), user_) << "its key is known";
  }
  slow.may_end.set_value();
  EXPECT_EQ(fetching.get(), user_);
  EXPECT_EQ(slow.provider.verify(token()).user(), user_);
  EXPECT_EQ(slow.fetches, 2);
}

TEST_F(ExternalProviderTest, NobodyWhoCanBeVerifiedWaitsForTheFetchOfEveryTenMinutes) {
  SlowProvider slow(clock_, [this] { return fetch(); });
  slow.provider.verify(token());
  clock_.advance(minutes(10));
  EXPECT_EQ(slow.provider.verify(token()).user(), user_);
  slow.has_begun.get_future().wait();
  EXPECT_EQ(slow.provider.verify(token()).user(), user_) << "while the fetch is under way";
  slow.may_end.set_value();
}

TEST_F(ExternalProviderTest, KeyThatWasWithdrawnIsForgottenAfterTheFetchOfEveryTenMinutes) {
  SlowProvider slow(clock_, [this] { return fetch(); });
  const auto old_header = header();
  const auto by_old = test::signer_of(their_keys_);
  slow.provider.verify(token());
  clock_.advance(minutes(10));
  their_keys_.rotate();
  their_keys_.retire(old_header.at("kid").get<std::string>());
  const auto old_token = test::craft_token(old_header, claims(), by_old);
  EXPECT_EQ(slow.provider.verify(old_token).user(), user_);
  slow.has_begun.get_future().wait();
  slow.may_end.set_value();
  verify_once_fetched(slow.provider, token());
  EXPECT_THROW(slow.provider.verify(old_token), Error);
  EXPECT_EQ(slow.fetches, 2);
}

TEST_F(ExternalProviderTest, KnownKeysStayGoodForADayWhileTheProviderIsDown) {
  std::promise<void> has_failed_once;
  int asked = 0;
  ExternalProvider provider(
      {.issuer = "https://id.example", .audience = "bakery"},
      [&] {
        if (++asked == 1) return fetch();
        if (asked == 2) has_failed_once.set_value();
        throw std::runtime_error("unreachable");
      },
      clock_);
  provider.verify(token());
  clock_.advance(hours(23));
  EXPECT_EQ(provider.verify(token()).user(), user_);
  has_failed_once.get_future().wait();
  EXPECT_EQ(provider.verify(token()).user(), user_);
  clock_.advance(hours(1));
  try {
    provider.verify(token());
    FAIL() << "accepted by a key that nobody has vouched for since yesterday";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unavailable);
    EXPECT_EQ(error.retry(), Retry::later);
  }
}

}  // namespace
}  // namespace tenure::identity
