#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/estate/reading.h"

// What can be wrong with archive, erasure rules, broker, and how a service is reached (C7 to C11); each is named with
// its line, and no key and no password is in a message (E7).
namespace tenure::estate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

struct Mistake {
  const char* name;
  std::string text;
  std::string problem;  ///< as it is reported, after "estate.yaml:"
};

class ErasureMistake : public testing::TestWithParam<Mistake> {};

TEST_P(ErasureMistake, IsReportedAloneWithItsLine) {
  EXPECT_THAT(problems_of(GetParam().text), ElementsAre("estate.yaml:" + GetParam().problem));
}

const auto kName = [](const auto& test) { return std::string(test.param.name); };

const std::string kServices = "estate: e\nservices: {s: {database: postgresql://db/s}}\n";

Mistake section(const char* name, const std::string& text, const std::string& problem) {
  return {name, kServices + text + "\n", "3: " + problem};
}

INSTANTIATE_TEST_SUITE_P(
    Evidence, ErasureMistake,
    testing::Values(section("a_list", "evidence: [a]", "evidence: must be a map, not a list"),
                    section("no_key", "evidence: {}", "evidence: needs one of signing_key and signing_key_file"),
                    section("two_kinds_of_keys", "evidence: {signing_key: k, signing_key_file: f}",
                            "evidence: needs one of signing_key and signing_key_file"),
                    section("unknown_key", "evidence: {signing_key: k, sining_key: k}",
                            "evidence.sining_key: unknown key; did you mean signing_key?"),
                    section("key_not_set", "evidence: {signing_key: \"${EVIDENCE_KEY}\"}",
                            "evidence.signing_key: the variable EVIDENCE_KEY is not set"),
                    section("empty_file", "evidence: {signing_key_file: \"\"}", "evidence.signing_key_file: is empty")),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Archive, ErasureMistake,
    testing::Values(
        section("a_list", "archive: [a]", "archive: must be a map, not a list"),
        section("unknown_key", "archive: {directory: /v, keys: k, retentoin: 3d}",
                "archive.retentoin: unknown key; did you mean retention?"),
        section("no_directory", "archive: {keys: k}", "archive: directory is missing"),
        section("empty_directory", "archive: {directory: \"\", keys: k}", "archive.directory: is empty"),
        section("no_keys", "archive: {directory: /v}", "archive: needs one of keys and keys_file"),
        section("two_kinds_of_keys", "archive: {directory: /v, keys: k, keys_file: f}",
                "archive: needs one of keys and keys_file"),
        section("empty_keys", "archive: {directory: /v, keys: \" \"}", "archive.keys: is empty"),
        section("keys_are_a_list", "archive: {directory: /v, keys: [k]}", "archive.keys: must be text, not a list"),
        section("keys_not_set", "archive: {directory: /v, keys: \"${ARCHIVE_KEYS}\"}",
                "archive.keys: the variable ARCHIVE_KEYS is not set"),
        section("empty_keys_file", "archive: {directory: /v, keys_file: \"\"}", "archive.keys_file: is empty"),
        section("retention_in_hours", "archive: {directory: /v, keys: k, retention: 24h}",
                "archive.retention: \"24h\" is not a time from 0d to 365d, such as 30d"),
        section("retention_of_years", "archive: {directory: /v, keys: k, retention: 366d}",
                "archive.retention: \"366d\" is not a time from 0d to 365d, such as 30d"),
        section("retention_not_set", "archive: {directory: /v, keys: k, retention: \"${DAYS}\"}",
                "archive.retention: the variable DAYS is not set"),
        section("empty_retention", "archive: {directory: /v, keys: k, retention: \"\"}",
                "archive.retention: is empty")),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Erasure, ErasureMistake,
    testing::Values(
        section("erasure_is_text", "erasure: atomic", "erasure: must be a map, not text"),
        section("unknown_key_of_erasure", "erasure: {chunks: 5}",
                "erasure.chunks: unknown key; known here: on_failure, give_up_after, approval, atomic, chunk_rows, "
                "throttle"),
        section("another_policy", "erasure: {on_failure: ignore}",
                "erasure.on_failure: \"ignore\" is not one of roll_back, retry"),
        section("roll_back_from_nowhere", "erasure: {on_failure: roll_back}",
                "erasure.on_failure: needs the section `archive`, from which rows come back"),
        section("give_up_after", "erasure: {give_up_after: 3d}",
                "erasure.give_up_after: \"3d\" is not a duration from 1ms to 24h, such as 500ms, 60s or 5m"),
        section("approval", "erasure: {approval: boss}", "erasure.approval: must be true or false"),
        section("atomic", "erasure: {atomic: 1}", "erasure.atomic: must be true or false"),
        section("no_rows", "erasure: {chunk_rows: 0}",
                "erasure.chunk_rows: \"0\" is not a whole number from 1 to 1000000000"),
        section("part_of_a_row", "erasure: {chunk_rows: 1.5}",
                "erasure.chunk_rows: \"1.5\" is not a whole number from 1 to 1000000000"),
        section("too_many_rows", "erasure: {chunk_rows: 1e30}",
                "erasure.chunk_rows: \"1e30\" is not a whole number from 1 to 1000000000"),
        section("rows_in_words", "erasure: {chunk_rows: many}",
                "erasure.chunk_rows: \"many\" is not a whole number from 1 to 1000000000"),
        section("throttle_is_a_number", "erasure: {throttle: 5}", "erasure.throttle: must be a map, not text"),
        section("unknown_key_of_throttle", "erasure: {throttle: {lock_waits: 1s}}",
                "erasure.throttle.lock_waits: unknown key; did you mean lock_wait?"),
        section("rows_per_second", "erasure: {throttle: {rows_per_second: 0}}",
                "erasure.throttle.rows_per_second: \"0\" is not a number above 0"),
        section("less_than_a_row", "erasure: {throttle: {rows_per_second: 0.5}}",
                "erasure.throttle.rows_per_second: must be at least 1, or nothing would ever be let through"),
        section("lock_wait", "erasure: {throttle: {lock_wait: 1}}",
                "erasure.throttle.lock_wait: \"1\" is not a duration from 1ms to 24h, such as 500ms, 60s or 5m"),
        section(
            "replication_lag", "erasure: {throttle: {replication_lag: 10MB}}",
            "erasure.throttle.replication_lag: \"10MB\" is not a duration from 1ms to 24h, such as 500ms, 60s or 5m"),
        section("latency", "erasure: {throttle: {latency: 0ms}}",
                "erasure.throttle.latency: \"0ms\" is not a duration from 1ms to 24h, such as 500ms, 60s or 5m")),
    kName);

Mistake broker(const char* name, const std::string& url, const std::string& problem) {
  return section(name, "broker: {url: \"" + url + "\"}", "broker.url: " + problem);
}

INSTANTIATE_TEST_SUITE_P(
    Broker, ErasureMistake,
    testing::Values(
        section("broker_is_text", "broker: amqp://mq", "broker: must be a map, not text"),
        section("no_url", "broker: {ca_file: /ca.pem}", "broker: url is missing"),
        section("unknown_key_of_broker", "broker: {url: \"amqp://mq\", ca: f}",
                "broker.ca: unknown key; known here: url, ca_file"),
        section("empty_ca_file", "broker: {url: \"amqps://mq\", ca_file: \"\"}", "broker.ca_file: is empty"),
        section("url_not_set", "broker: {url: \"${BROKER_URL}\"}", "broker.url: the variable BROKER_URL is not set"),
        broker("empty_url", "", "is empty"),
        broker("another_scheme", "https://mq", "must begin with amqp:// or amqps://"),
        broker("no_host", "amqp://", "has no valid host"), broker("only_a_user", "amqp://u:p@", "has no valid host"),
        broker("broker_port", "amqp://mq:0", "must have a port from 1 to 65535"),
        broker("broker_query", "amqp://u:p@mq/v?heartbeat=5", "must not have a query, a fragment or a second @"),
        broker("second_at", "amqp://u:p@ss@mq", "must not have a query, a fragment or a second @")),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Service, ErasureMistake,
    testing::Values(
        Mistake{"via_of_another_kind", with_database("    via: carrier-pigeon\n"),
                "5: services.orders.via: must be direct, event, or the URL of the process that holds the data"},
        Mistake{"via_with_a_path", with_database("    via: https://orders/api\n"),
                "5: services.orders.via: must end with the host or the port, without a path"},
        Mistake{"via_with_a_password", with_database("    via: https://u:p@orders\n"),
                "5: services.orders.via: must not hold a user or a password"},
        Mistake{"empty_via", with_database("    via: \"\"\n"), "5: services.orders.via: is empty"},
        Mistake{"via_of_a_url", with_orders("    url: https://crm\n    via: event\n"),
                "5: services.orders.via: a service with a url is reached by that"},
        Mistake{"archives_of_a_database", with_database("    archives: true\n"),
                "5: services.orders.archives: only a service with a url is asked; the others do where the estate has "
                "an archive"},
        Mistake{"archives_of_a_directory", with_orders("    directory: /d\n    archives: false\n"),
                "5: services.orders.archives: only a service with a url is asked; the others do where the estate has "
                "an archive"},
        Mistake{"archives_for_nobody", with_orders("    url: https://crm\n    archives: true\n"),
                "3: services.orders: has `archives: true`, which needs the section `archive`"},
        Mistake{"archives_in_words", with_orders("    url: https://crm\n    archives: some\n"),
                "5: services.orders.archives: must be true or false"}),
    kName);

TEST(ErasureProblems, NeverHoldAKeyOrAPassword) {
  const auto variables = variables_of({{"URL", "amqp://tenure:hunter2@"}, {"KEYS", "hunter2"}});
  const auto problems =
      problems_of(kServices + "broker: {url: \"${URL}\"}\narchive: {keys: \"${KEYS}\", keys_file: f}\n", variables);
  EXPECT_THAT(problems, ElementsAre(HasSubstr("3: broker.url: "), HasSubstr("4: archive: directory is missing"),
                                    HasSubstr("4: archive: needs one of")));
  EXPECT_THAT(testing::PrintToString(problems), Not(HasSubstr("hunter2")));
}

TEST(ErasureProblems, AreAllReportedAtOnce) {
  EXPECT_THAT(problems_of(R"(estate: e
archive: {retention: 1h}
erasure:
  on_failure: never
  chunk_rows: 0
  throttle: {latency: fast}
broker: {ca_file: f}
services: {s: {url: "https://crm", via: event, archives: 3}}
)"),
              ElementsAre(HasSubstr(":2: archive: directory is missing"), HasSubstr(":2: archive: needs one of"),
                          HasSubstr(":2: archive.retention: "), HasSubstr(":4: erasure.on_failure: "),
                          HasSubstr(":5: erasure.chunk_rows: "), HasSubstr(":6: erasure.throttle.latency: "),
                          HasSubstr(":7: broker: url is missing"), HasSubstr(":8: services.s.via: "),
                          HasSubstr(":8: services.s.archives: ")));
}

}  // namespace
}  // namespace tenure::estate
