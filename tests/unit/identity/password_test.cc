#include "identity/password.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/error.h"

namespace tenure::identity {
namespace {

constexpr PasswordCost kCheap{.passes = 1, .memory = crypto_pwhash_MEMLIMIT_MIN};
// Long enough for a deadline of a millisecond to pass meanwhile.
constexpr PasswordCost kDear{.passes = 4, .memory = 64U << 20U};

const Secret kPassword("correct horse battery");

ErrorCode code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).rfind("password", 0), 0U) << error.what();
    return error.code();
  }
  ADD_FAILURE() << "no error was thrown";
  return ErrorCode::internal;
}

// B6: Argon2id.
TEST(Password, MatchesItsHash) {
  PasswordHasher hasher(kCheap);
  const auto hash = hasher.hash(kPassword, {});
  EXPECT_EQ(hash.rfind("$argon2id$v=19$m=8,t=1,p=1$", 0), 0U) << hash;
  EXPECT_TRUE(hasher.matches(hash, kPassword, {}));
  EXPECT_FALSE(hasher.matches(hash, Secret("correct horse batterY"), {}));
  EXPECT_FALSE(hasher.matches(hash, Secret(""), {}));
  EXPECT_NE(hasher.hash(kPassword, {}), hash) << "each has its salt";
}

TEST(Password, OfNobodyMatchesNothing) {
  PasswordHasher hasher(kCheap);
  EXPECT_FALSE(hasher.matches(std::nullopt, kPassword, {}));
  EXPECT_FALSE(hasher.matches(std::nullopt, Secret(""), {}));
  for (const char* hash : {"", "x", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$", "correct horse battery"}) {
    EXPECT_FALSE(hasher.matches(hash, kPassword, {})) << hash;
  }
}

TEST(Password, MayHoldAnyBytes) {
  PasswordHasher hasher(kCheap);
  const Secret password(std::string("before\0after", 12));
  const auto hash = hasher.hash(password, {});
  EXPECT_TRUE(hasher.matches(hash, password, {}));
  EXPECT_FALSE(hasher.matches(hash, Secret("before"), {})) << "what follows a NUL counts";
}

TEST(Password, HashOfAnotherCostIsOutdatedAndStillMatches) {
  PasswordHasher before(kCheap);
  PasswordHasher now({.passes = 2, .memory = 2 * crypto_pwhash_MEMLIMIT_MIN});
  const auto hash = before.hash(kPassword, {});
  EXPECT_FALSE(before.is_outdated(hash));
  EXPECT_TRUE(now.is_outdated(hash));
  EXPECT_TRUE(now.matches(hash, kPassword, {}));
  EXPECT_FALSE(now.is_outdated(now.hash(kPassword, {})));
  EXPECT_TRUE(now.is_outdated("not a hash"));
}

TEST(Password, NeedsTwelveTo256BytesWithFiveDifferent) {
  for (const auto& good : {std::string("abcdefghijkl"), std::string(252, 'a') + "bcde"}) {
    EXPECT_NO_THROW(require_acceptable_password(Secret(good))) << good.size();
  }
  for (const auto& bad : {std::string(), std::string("abcdefghijk"), std::string(253, 'a') + "bcde",
                          std::string("aaaaaaaaaaaa"), std::string("abcdabcdabcd")}) {
    EXPECT_EQ(code_of([&] { require_acceptable_password(Secret(bad)); }), ErrorCode::invalid_argument) << bad;
  }
}

TEST(Password, IsNamedByItsFieldAndNeverShown) {
  try {
    require_acceptable_password(Secret("hunter2"), "new_password");
    FAIL() << "no error was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).rfind("new_password: ", 0), 0U);
    EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos);
  }
}

TEST(Password, CostMustBePossible) {
  EXPECT_EQ(code_of([] { PasswordHasher hasher({.passes = 0}); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([] { PasswordHasher hasher({.passes = 1, .memory = 1}); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([] { PasswordHasher hasher(kCheap, 0); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([] { PasswordHasher hasher(kCheap, 1, -1); }), ErrorCode::invalid_argument);
}

TEST(Password, IsNotHashedForACallThatHasEnded) {
  PasswordHasher hasher(kCheap);
  const auto hash = hasher.hash(kPassword, {});
  std::stop_source stopped;
  stopped.request_stop();
  for (const auto& ended : {Call{Deadline::at(MonotonicTime{}), {}}, Call{{}, stopped.get_token()}}) {
    EXPECT_EQ(code_of([&] { hasher.hash(kPassword, ended); }), ErrorCode::timeout);
    EXPECT_EQ(code_of([&] { hasher.matches(hash, kPassword, ended); }), ErrorCode::timeout);
  }
}

// While one computation takes its time, those who wait for their turn can be told to stop, and run out of time.
TEST(Password, WaitsItsTurnUntilItsCallEnds) {
  PasswordHasher hasher(kDear, 1);
  std::atomic<int> refused = 0;
  std::atomic<int> hashed = 0;
  std::stop_source stop;
  {
    std::vector<std::jthread> callers;
    const auto hash = [&](const Call& call) {
      try {
        hasher.hash(kPassword, call);
        ++hashed;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::timeout);
        EXPECT_EQ(error.retry(), Retry::later);
        ++refused;
        stop.request_stop();
      }
    };
    for (int i = 0; i < 4; ++i) callers.emplace_back(hash, Call{{}, stop.get_token()});
    callers.emplace_back(hash, Call::within(Milliseconds(1)));
    callers.emplace_back(hash, Call::within(Milliseconds(1)));
  }
  EXPECT_EQ(hashed + refused, 6);
  EXPECT_GE(refused, 1) << "of the two with a millisecond one at least was late";
  EXPECT_TRUE(hasher.matches(hasher.hash(kPassword, {}), kPassword, {})) << "every turn was given back";
}

TEST(Password, IsRefusedAtOnceWhenEnoughOthersWait) {
  PasswordHasher hasher(kCheap, 1, 1);
  std::jthread waiting;
  {
    const auto running = hasher.turns().take({});
    waiting = std::jthread([&] { EXPECT_NO_THROW(hasher.hash(kPassword, {})); });
    while (hasher.turns().waiting() == 0) std::this_thread::yield();
    EXPECT_EQ(code_of([&] { hasher.hash(kPassword, {}); }), ErrorCode::unavailable);
    EXPECT_EQ(code_of([&] { hasher.matches(std::nullopt, kPassword, {}); }), ErrorCode::unavailable);
  }
  waiting.join();
  EXPECT_NO_THROW(hasher.hash(kPassword, {})) << "every turn was given back";
}

TEST(Password, ManyAtOnceAllGetTheirTurn) {
  PasswordHasher hasher(kCheap, 2);
  const auto hash = hasher.hash(kPassword, {});
  std::atomic<int> matched = 0;
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < 8; ++i) {
      callers.emplace_back([&] {
        for (int round = 0; round < 20; ++round) matched += hasher.matches(hash, kPassword, {}) ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(matched, 160);
}

}  // namespace
}  // namespace tenure::identity
