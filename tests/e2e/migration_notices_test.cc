#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/migrated_product.h"
#include "tests/support/receiver.h"

// Spec D12: `tenure migrate` tells of its start, end and failure; to real receivers, from a real program.
namespace tenure::e2e {
namespace {

using test::Receiver;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class MigrationNotices : public ::testing::Test {
 protected:
  MigrationNotices() {
    product_.write("tenant/0001_orders.sql", "create table orders (id bigint primary key);\n");
    product_.append_to_estate(
        "notifications:\n"
        "  slack: ${SLACK_WEBHOOK_URL}\n"
        "  datadog:\n"
        "    api_key: ${DATADOG_API_KEY}\n"
        "    url: " +
        datadog_.url() +
        "\n"
        "  sentry: ${SENTRY_DSN}\n");
  }

  test::Finished migrate(MigratedProduct::Words more = {}, const std::string& slack = {}) const {
    auto environment = product_.environment();
    environment["SLACK_WEBHOOK_URL"] = (slack.empty() ? slack_.url() : slack) + "/T000/s3cr3t";
    environment["DATADOG_API_KEY"] = "s3cr3t";
    environment["SENTRY_DSN"] = "http://s3cr3t@" + sentry_.url().substr(7) + "/42";
    return run_tenure(product_.words(std::move(more)), environment);
  }
  static std::vector<std::string> bodies(const Receiver& receiver) {
    std::vector<std::string> bodies;
    for (const auto& request : receiver.received()) bodies.push_back(request.body);
    return bodies;
  }

  const Receiver slack_;
  const Receiver datadog_;
  const Receiver sentry_;
  const MigratedProduct product_;
};

TEST_F(MigrationNotices, ToldOnceItBeginsAndOnceItIsDone) {
  const auto finished = migrate({"--environment", "uat"});
  ASSERT_EQ(finished.status, 0) << finished.errors;
  for (const auto* receiver : {&slack_, &datadog_, &sentry_}) {
    const auto told = bodies(*receiver);
    ASSERT_EQ(told.size(), 2U);
    EXPECT_THAT(told[0], HasSubstr("Migration of app begins"));
    EXPECT_THAT(told[1], HasSubstr("Migration of app is done"));
    for (const auto& body : told) {
      EXPECT_THAT(body, HasSubstr("uat"));
      EXPECT_THAT(body, Not(HasSubstr("s3cr3t")));
    }
  }
  EXPECT_THAT(finished.output + finished.errors, Not(HasSubstr("s3cr3t")));
}

TEST_F(MigrationNotices, ARunWithNothingToDoIsNotTold) {
  migrate();
  const auto before = slack_.received().size();
  EXPECT_EQ(migrate().status, 0);
  EXPECT_EQ(migrate({"--check"}).status, 0);
  EXPECT_EQ(slack_.received().size(), before);
}

TEST_F(MigrationNotices, ATrialIsNotTold) {
  EXPECT_EQ(migrate({"--dry-run"}).status, 0);
  EXPECT_THAT(slack_.received(), IsEmpty());
}

TEST_F(MigrationNotices, AFailureIsToldWithItsReason) {
  migrate();
  product_.add_tenants(2);
  product_.run("CREATE TABLE tenant_02.orders (id text)");
  EXPECT_EQ(migrate().status, 1);
  const auto told = bodies(sentry_);
  ASSERT_EQ(told.size(), 4U);
  EXPECT_THAT(told[3], HasSubstr("failed"));
  EXPECT_THAT(told[3], HasSubstr(R"("level":"error")"));
  EXPECT_THAT(told[3], HasSubstr("0001_orders.sql:1"));
  EXPECT_THAT(bodies(datadog_)[3], HasSubstr(R"("alert_type":"error")"));
}

TEST_F(MigrationNotices, WhoCannotBeToldDoesNotStopTheMigration) {
  const Receiver refusing({403, 403});
  const auto finished = migrate({}, refusing.url());
  EXPECT_EQ(finished.status, 0);
  EXPECT_EQ(refusing.received().size(), 2U);
  EXPECT_THAT(finished.errors, HasSubstr("slack was not told of migration.started: answered 403"));
  EXPECT_THAT(finished.errors, Not(HasSubstr("s3cr3t")));
  EXPECT_EQ(datadog_.received().size(), 2U);
}

TEST_F(MigrationNotices, ASecretInTheFileItselfIsRefused) {
  const MigratedProduct other;
  other.append_to_estate("notifications:\n  slack: https://hooks.example/T000/s3cr3t\n");
  const auto finished = other.migrate();
  EXPECT_EQ(finished.status, 2);
  EXPECT_THAT(finished.errors, HasSubstr("notifications.slack: is a secret: take it from a variable"));
  EXPECT_THAT(finished.errors, Not(HasSubstr("s3cr3t")));
}

}  // namespace
}  // namespace tenure::e2e
