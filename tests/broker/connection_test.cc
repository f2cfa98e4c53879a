#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "tests/support/error_of.h"
#include "tests/support/rabbitmq.h"

// C11, bad input: a broker that is not there, not who it says it is, or does not let us in.
namespace tenure::events {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Call soon() { return Call::within(Milliseconds(30000)); }

/// Why no connection came about.
Error failure(const BrokerSettings& settings) {
  return test::error_of([&] { Session::open(settings, soon()); });
}

TEST(BrokerConnection, IsMadeOverTlsWithTheAuthorityOfTheFile) {
  const test::TestBroker broker;
  auto session = Session::open({.url = Secret(broker.tls_url()), .ca_file = test::rabbit().ca_file()}, soon());
  session.declare_queue({.name = "q", .delivery_limit = 5});
  EXPECT_EQ(session.publish({.key = "q"}, {.id = "1", .type = "t", .body = "{}"}, soon()), Fate::queued);
}

TEST(BrokerConnection, RefusesACertificateOfAnotherAuthority) {
  const test::TestBroker broker;
  const auto error = failure({.url = Secret(broker.tls_url())});
  EXPECT_EQ(error.code(), ErrorCode::unavailable);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("broker localhost:"), HasSubstr("certificate"),
                                  Not(HasSubstr(test::RabbitServer::password()))));
}

TEST(BrokerConnection, RefusesACertificateForAnotherHost) {
  const test::TestBroker broker;
  const auto error = failure({.url = Secret(broker.tls_url("127.0.0.1")), .ca_file = test::rabbit().ca_file()});
  EXPECT_EQ(error.code(), ErrorCode::unavailable);
  EXPECT_THAT(error.what(), HasSubstr("certificate is for another host"));
}

TEST(BrokerConnection, NamesAnAuthorityFileThatHoldsNone) {
  const test::TemporaryFolder folder;
  folder.write("ca.pem", "no certificate");
  for (const auto* name : {"ca.pem", "missing.pem"}) {
    const auto error = failure({.url = Secret(test::rabbit().tls_url("test1")), .ca_file = folder / name});
    EXPECT_EQ(error.code(), ErrorCode::unavailable);
    EXPECT_THAT(error.what(), HasSubstr(name));
  }
}

TEST(BrokerConnection, DoesNotPrintAWrongPassword) {
  auto url = test::rabbit().url("test1");
  url.replace(url.find(test::RabbitServer::password()), test::RabbitServer::password().size(), "wr0ng-secret");
  const auto error = failure({.url = Secret(url)});
  EXPECT_EQ(error.code(), ErrorCode::unavailable);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("as tenure"), HasSubstr("refused"), Not(HasSubstr("wr0ng"))));
}

TEST(BrokerConnection, NamesAVirtualHostThatIsNotThere) {
  const auto error = failure({.url = Secret(test::rabbit().url("elsewhere"))});
  EXPECT_EQ(error.code(), ErrorCode::unavailable);
  EXPECT_THAT(error.what(), HasSubstr("elsewhere"));
}

TEST(BrokerConnection, SaysWhenNobodyListens) {
  const auto error = failure({.url = Secret("amqp://someone:s3cret@127.0.0.1:1/")});
  EXPECT_EQ(error.code(), ErrorCode::unavailable);
  EXPECT_EQ(error.retry(), Retry::later);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("127.0.0.1:1"), Not(HasSubstr("s3cret"))));
}

TEST(BrokerConnection, EndsWithItsCall) {
  const test::TestBroker broker;
  const auto error = test::error_of([&] { Session::open(broker.settings(), Call::within(Milliseconds(0))); });
  EXPECT_EQ(error.code(), ErrorCode::timeout);
}

}  // namespace
}  // namespace tenure::events
