#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/estate/reading.h"

// Archive, erasure rules, broker, and how a service is reached, as they are read from a valid file (C7 to C11).
namespace tenure::estate {
namespace {

using namespace std::chrono_literals;

Estate with(const std::string& section) { return read(with_database("") + section); }

// C7
TEST(ArchiveRule, IsAbsentUnlessTheFileHasOne) { EXPECT_FALSE(with("").archive.has_value()); }

TEST(ArchiveRule, KeepsThirtyDaysUnlessToldOtherwise) {
  const auto archive = with("archive: {directory: vault, keys: \"a:b\"}\n").archive;
  EXPECT_EQ(archive, (ArchiveRules{.directory = "vault", .keys = Secret("a:b"), .retention = 30 * 24h, .line = 5}));
}

TEST(ArchiveRule, MayKeepNothingOrAYear) {
  EXPECT_EQ(with("archive: {directory: /v, keys: k, retention: 0d}\n").archive->retention, 0s);
  EXPECT_EQ(with("archive: {directory: /v, keys: k, retention: 1d}\n").archive->retention, 24h);
  EXPECT_EQ(with("archive: {directory: /v, keys: k, retention: 365d}\n").archive->retention, 365 * 24h);
}

TEST(ArchiveRule, TakesItsKeysFromAFile) {
  const auto archive = with("archive: {directory: /v, keys_file: secrets/archive.keys}\n").archive;
  EXPECT_EQ(archive->keys_file, "secrets/archive.keys");
  EXPECT_TRUE(archive->keys.empty());
}

TEST(ArchiveRule, PathsStartAtTheFilesFolder) {
  const auto estate = parse_estate(with_database("") + "archive: {directory: vault, keys_file: ring}\n",
                                   "/etc/tenure/estate.yaml", variables_of({}), DatabaseSource::urls);
  EXPECT_EQ(estate.archive->directory, "/etc/tenure/vault");
  EXPECT_EQ(estate.archive->keys_file, "/etc/tenure/ring");
}

// A ring has several keys while one is rotated out.
TEST(ArchiveRule, TakesARingOfSeveralLinesFromAVariable) {
  const auto variables = variables_of({{"RING", "new:x\nold:y\n"}});
  EXPECT_EQ(read(with_database("") + "archive: {directory: /v, keys: \"${RING}\"}\n", variables).archive->keys.reveal(),
            "new:x\nold:y\n");
}

// E5, E6
TEST(EvidenceRule, TakesItsKeyFromAVariableOrAFile) {
  EXPECT_FALSE(with("").evidence.has_value()) << "then there is one in the state folder";
  const auto file = with("evidence: {signing_key_file: secrets/evidence.pem}\n").evidence;
  EXPECT_EQ(file, (EvidenceRules{.signing_key_file = "secrets/evidence.pem", .line = 5}));
  const std::string pem = "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n";
  const auto variables = variables_of({{"EVIDENCE_KEY", pem}});
  const auto text = read(with_database("") + "evidence: {signing_key: \"${EVIDENCE_KEY}\"}\n", variables).evidence;
  EXPECT_EQ(text->signing_key.reveal(), pem);
}

// C7, C8, C10
TEST(ErasureRule, IsTheUsualOneUnlessTheFileSaysOtherwise) {
  EXPECT_EQ(with("").erasure, ErasureRules());
  EXPECT_EQ(with("erasure: {}\n").erasure, ErasureRules());
}

TEST(ErasureRule, ReadsEverything) {
  const auto estate = with(R"(archive: {directory: /v, keys: k}
erasure:
  on_failure: roll_back
  give_up_after: 30m
  approval: true
  atomic: true
  chunk_rows: 5000
  throttle:
    rows_per_second: 20000
    lock_wait: 500ms
    replication_lag: 5s
    latency: 50ms
)");
  EXPECT_EQ(estate.erasure,
            (ErasureRules{
                .on_failure = OnFailure::roll_back,
                .give_up_after = 30min,
                .needs_approval = true,
                .is_atomic = true,
                .chunk_rows = 5000,
                .throttle = {.rows_per_second = 20000.0, .lock_wait = 500ms, .replication_lag = 5s, .latency = 50ms}}));
}

TEST(ErasureRule, MayRetryWithOrWithoutAnArchive) {
  EXPECT_EQ(with("erasure: {on_failure: retry}\n").erasure.on_failure, OnFailure::retry);
  EXPECT_EQ(with("archive: {directory: /v, keys: k}\nerasure: {on_failure: retry}\n").erasure.on_failure,
            OnFailure::retry);
}

TEST(ErasureRule, MayStandBeforeTheArchiveThatItNeeds) {
  const auto estate = with("erasure: {on_failure: roll_back}\narchive: {directory: /v, keys: k}\n");
  EXPECT_EQ(estate.erasure.on_failure, OnFailure::roll_back);
}

TEST(ErasureRule, TakesChunksOfAnyWholeNumberOfRows) {
  EXPECT_EQ(with("erasure: {chunk_rows: 1}\n").erasure.chunk_rows, 1);
  EXPECT_EQ(with("erasure: {chunk_rows: 1000000000}\n").erasure.chunk_rows, 1000000000);
}

// C11
TEST(BrokerRule, IsAbsentUnlessTheFileHasOne) { EXPECT_FALSE(with("").broker.has_value()); }

TEST(BrokerRule, HasAUrlAndPerhapsAnAuthority) {
  const auto broker =
      with("broker: {url: \"amqps://tenure:secret@mq.internal:5671/bakery\", ca_file: /ca.pem}\n").broker;
  EXPECT_EQ(broker,
            (Broker{.url = Secret("amqps://tenure:secret@mq.internal:5671/bakery"), .ca_file = "/ca.pem", .line = 5}));
  for (const auto* url : {"amqp://localhost", "amqp://mq:5672/", "amqp://u:p@[::1]:5672/%2f"}) {
    EXPECT_EQ(with(std::string("broker: {url: \"") + url + "\"}\n").broker->url.reveal(), url);
  }
}

TEST(Via, IsDirectUnlessTheFileSaysOtherwise) {
  const auto via = [](const std::string& line) { return read(with_database(line)).services.front().via; };
  EXPECT_EQ(via(""), Via(Direct{}));
  EXPECT_EQ(via("    via: direct\n"), Via(Direct{}));
  EXPECT_EQ(via("    via: event\n"), Via(OverBroker{}));
  EXPECT_EQ(via("    via: https://orders.internal:8714\n"), Via(OverHttp{"https://orders.internal:8714"}));
  EXPECT_EQ(read(with_orders("    directory: /d\n    via: event\n")).services.front().via, Via(OverBroker{}));
}

TEST(Archives, IsSaidOfAServiceByUrl) {
  const auto remote = [](const std::string& line) {
    return std::get<Remote>(read(with_orders("    url: https://crm\n" + line)).services.front().source);
  };
  EXPECT_FALSE(remote("").archives);
  EXPECT_FALSE(remote("    archives: false\n").archives);
  EXPECT_TRUE(remote("    archives: true\narchive: {directory: /v, keys: k}\n").archives);
}

}  // namespace
}  // namespace tenure::estate
