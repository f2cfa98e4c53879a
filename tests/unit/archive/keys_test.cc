#include "archive/keys.h"

#include <gmock/gmock.h>

#include "tests/unit/archive/archiving.h"

// C7, E7: a data key a job, wrapped by the estate's key, which rotates; and no key in any message.
namespace tenure::archive {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const JobId kJob = JobId::parse("2f8fad5b-d9cb-469f-a165-70867728950e");
const JobId kOtherJob = JobId::parse("3f8fad5b-d9cb-469f-a165-70867728950e");

// 32 times the letter K, and 32 times L.
constexpr const char* kKey = "S0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0s";
constexpr const char* kOtherKey = "TExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTEw";

KeyRing ring_of(const std::string& text) { return KeyRing::parse(Secret(text)); }
std::string line(const std::string& id, const std::string& key = kKey) { return id + ":" + key + "\n"; }

TEST(KeyRings, AreReadALineAKey) {
  const auto ring = ring_of("# of 2026\n\n  " + line("k-2") + "\r\n" + "k_1: " + kOtherKey);
  EXPECT_THAT(ring.ids(), ElementsAre("k-2", "k_1"));
  EXPECT_EQ(ring.current_id(), "k-2");
}

TEST(KeyRings, MayStandOnOneLine) {
  const auto ring = ring_of("b:" + std::string(kOtherKey) + ", " + line("a"));
  EXPECT_THAT(ring.ids(), ElementsAre("b", "a"));
}

TEST(KeyRings, AGeneratedLineIsRead) {
  const auto made = KeyRing::generate("2026-11");
  EXPECT_THAT(made.reveal(), StartsWith("2026-11:"));
  EXPECT_THAT(KeyRing::parse(made).ids(), ElementsAre("2026-11"));
  EXPECT_NE(made.reveal(), KeyRing::generate("2026-11").reveal());
}

struct Bad {
  const char* name;
  std::string text;
  std::string problem;
};

class BadKeyRing : public testing::TestWithParam<Bad> {};

TEST_P(BadKeyRing, IsExplainedWithoutAKeyInTheMessage) {
  const auto failure = failure_of([] { KeyRing::parse(Secret(GetParam().text), "archive.keys"); });
  EXPECT_EQ(failure.code, ErrorCode::invalid_argument);
  EXPECT_EQ(failure.message, "archive.keys: " + GetParam().problem);
  EXPECT_THAT(failure.message, Not(HasSubstr("S0tL")));
}

INSTANTIATE_TEST_SUITE_P(
    KeyRings, BadKeyRing,
    testing::Values(
        Bad{"empty", "", "holds no key"}, Bad{"only_comments", "# a\n\n", "holds no key"},
        Bad{"no_colon", std::string(kKey), "line 1: is not an id, a colon and a key"},
        Bad{"empty_id", line(""), "line 1: the id before the colon is not 1 to 63 of a-z, A-Z, 0-9, _ and -"},
        Bad{"dot_in_id", line("a.b"), "line 1: the id before the colon is not 1 to 63 of a-z, A-Z, 0-9, _ and -"},
        Bad{"long_id", line(std::string(64, 'a')),
            "line 1: the id before the colon is not 1 to 63 of a-z, A-Z, 0-9, _ and -"},
        Bad{"two_commas", "a:" + std::string(kKey) + ",,b:" + kOtherKey, "line 1: is not an id, a colon and a key"},
        Bad{"no_key", "\na:", "line 2: key a is not 32 bytes in base64url, 43 characters"},
        Bad{"short_key", "a:S0tL", "line 1: key a is not 32 bytes in base64url, 43 characters"},
        Bad{"padded_key", "a:" + std::string(kKey) + "=", "line 1: key a is not 32 bytes in base64url, 43 characters"},
        Bad{"twice", line("a") + line("a", kOtherKey), "line 2: key a is there twice"},
        Bad{"same_key", line("a") + line("b"), "line 2: key b is the same as a"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(KeyRings, SayEveryProblemAtOnce) {
  try {
    ring_of("a:S0tL\n" + line("b") + "c\n");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.problems(), ElementsAre("archive.key: line 1: key a is not 32 bytes in base64url, 43 characters",
                                              "archive.key: line 3: is not an id, a colon and a key"));
  }
}

TEST(KeyRings, GenerateRefusesAnIdThatCouldNotBeRead) {
  for (const auto* id : {"", "a:b", "a.b", "a b", "a\n", "ä"}) {
    EXPECT_EQ(error_of([&] { KeyRing::generate(id); }), ErrorCode::invalid_argument) << id;
  }
}

TEST(KeyRings, WithoutAKeyNothingIsWrapped) {
  const KeyRing empty;
  EXPECT_EQ(error_of([&] { empty.wrap(DataKey::random(), kJob); }), ErrorCode::refused);
  EXPECT_EQ(error_of([&] { static_cast<void>(empty.current_id()); }), ErrorCode::refused);
}

TEST(WrappedKeys, AreUnwrappedAsTheyWere) {
  const auto ring = ring_of(line("a"));
  const auto key = DataKey::random();
  EXPECT_EQ(ring.unwrap(ring.wrap(key, kJob), kJob).bytes(), key.bytes());
}

TEST(WrappedKeys, ArePrintableAndDifferEachTime) {
  const auto ring = ring_of(line("a"));
  const auto key = DataKey::random();
  const auto wrapped = ring.wrap(key, kJob);
  EXPECT_THAT(wrapped.text, testing::MatchesRegex("v1\\.a\\.[A-Za-z0-9_-]{96}"));
  EXPECT_NE(wrapped, ring.wrap(key, kJob));
}

TEST(WrappedKeys, OfAnotherJobAreCorrupt) {
  const auto ring = ring_of(line("a"));
  EXPECT_EQ(error_of([&] { ring.unwrap(ring.wrap(DataKey::random(), kJob), kOtherJob); }), ErrorCode::corrupt);
}

TEST(WrappedKeys, UnderAnotherKeyOfTheSameIdAreCorrupt) {
  const auto wrapped = ring_of(line("a")).wrap(DataKey::random(), kJob);
  EXPECT_EQ(error_of([&] { ring_of(line("a", kOtherKey)).unwrap(wrapped, kJob); }), ErrorCode::corrupt);
}

TEST(WrappedKeys, UnderAKeyThatIsGoneAreRefusedWithItsName) {
  const auto wrapped = ring_of(line("k2025")).wrap(DataKey::random(), kJob);
  const auto failure = failure_of([&] { ring_of(line("k2026", kOtherKey)).unwrap(wrapped, kJob); });
  EXPECT_EQ(failure.code, ErrorCode::refused);
  EXPECT_THAT(failure.message, HasSubstr("k2025"));
}

TEST(WrappedKeys, AreRefusedOrCorruptWithAnyCharacterChangedOrMissing) {
  const auto ring = ring_of(line("a"));
  const auto wrapped = ring.wrap(DataKey::random(), kJob);
  for (std::size_t at = 0; at < wrapped.text.size(); ++at) {
    auto changed = wrapped;
    changed.text[at] = changed.text[at] == 'b' ? 'c' : 'b';
    EXPECT_EQ(error_of([&] { ring.unwrap(changed, kJob); }), at == 3 ? ErrorCode::refused : ErrorCode::corrupt) << at;
    EXPECT_EQ(error_of([&] { ring.unwrap({wrapped.text.substr(0, at)}, kJob); }), ErrorCode::corrupt) << at;
  }
}

TEST(WrappedKeys, CannotBeMovedToAnotherKeysName) {
  const auto ring = ring_of(line("a") + line("b", kOtherKey));
  auto wrapped = ring.wrap(DataKey::random(), kJob);
  wrapped.text[3] = 'b';
  EXPECT_EQ(error_of([&] { ring.unwrap(wrapped, kJob); }), ErrorCode::corrupt);
}

TEST(Rotation, ANewKeyInFrontWrapsAndTheOldOneStillUnwraps) {
  const auto key = DataKey::random();
  const auto old = ring_of(line("old")).wrap(key, kJob);
  const auto both = ring_of(line("new", kOtherKey) + line("old"));
  EXPECT_FALSE(both.is_current(old));
  EXPECT_EQ(both.unwrap(old, kJob).bytes(), key.bytes());
  const auto moved = both.rewrap(old, kJob);
  EXPECT_TRUE(both.is_current(moved));
  EXPECT_EQ(ring_of(line("new", kOtherKey)).unwrap(moved, kJob).bytes(), key.bytes());
}

TEST(Rotation, RewrappingChecksWhoseKeyItIs) {
  const auto ring = ring_of(line("a"));
  const auto wrapped = ring.wrap(DataKey::random(), kJob);
  EXPECT_EQ(error_of([&] { ring.rewrap(wrapped, kOtherJob); }), ErrorCode::corrupt);
  EXPECT_EQ(error_of([&] { static_cast<void>(ring.is_current({"v1.a"})); }), ErrorCode::corrupt);
}

TEST(DataKeys, Have32Bytes) {
  EXPECT_EQ(DataKey::random().bytes().reveal().size(), 32U);
  EXPECT_EQ(error_of([] { DataKey(Secret("short")); }), ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace tenure::archive
