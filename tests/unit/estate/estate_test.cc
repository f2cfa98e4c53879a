#include "estate/estate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <utility>

#include "tests/support/paths.h"
#include "tests/unit/estate/reading.h"

// What a valid estate file is read as; docs/estate.md's own example included.
namespace tenure::estate {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

const Variables kExampleVariables = variables_of({{"CONTROL_DATABASE_URL", "postgresql://db/control"},
                                                  {"PSEUDONYM_KEY", "a key that is long enough"},
                                                  {"ARCHIVE_KEYS", "2026-11:key"},
                                                  {"BROKER_URL", "amqps://tenure:secret@mq.internal"},
                                                  {"SMTP_PASSWORD", "secret"},
                                                  {"DELETION_WEBHOOK_URL", "https://hooks.bakery.example/deletions"},
                                                  {"DELETION_WEBHOOK_SECRET", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"},
                                                  {"SLACK_WEBHOOK_URL", "https://hooks.slack.com/services/T0/B0/x"},
                                                  {"DATADOG_API_KEY", "key"},
                                                  {"SENTRY_DSN", "https://key@o1.ingest.sentry.io/42"},
                                                  {"ORDERS_DATABASE_URL", "postgresql://db/orders"},
                                                  {"ARTIFACT_ROOT", "/var/artifacts"}});

/// The example of docs/estate.md, as its readers see it.
std::string documented_example() {
  std::ifstream file(TENURE_SOURCE_DIR "/docs/estate.md");
  const std::string page((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto begin = page.find("```yaml\n") + 8;
  return page.substr(begin, page.find("```", begin) - begin);
}

const Database& database_of(const Service& service) { return std::get<Database>(service.source); }

Estate read_example() {
  auto text = documented_example();
  text += "  tenant:\n    database: postgresql://db/tenant\n";
  return read(text, kExampleVariables);
}

TEST(Estate, TheDocumentedExampleIsRead) {
  const auto estate = read_example();
  EXPECT_EQ(estate.name, "bakery");
  EXPECT_EQ(estate.control_url.reveal(), "postgresql://db/control");
  EXPECT_EQ(estate.tenant_column, "tenant_id");
  EXPECT_THAT(estate.last_tables, ElementsAre("audit_logs"));
  EXPECT_EQ(estate.pseudonym_key.reveal(), "a key that is long enough");
  EXPECT_EQ(
      estate.tenants,
      (TenantRecord{
          .service = "tenant", .table = "tenancy.tenants", .is_managed = true, .base_domains = {"bakery.example"}}));
  EXPECT_TRUE(estate.has_managed_users);
  const std::vector<Network> proxies{*Network::parse("10.0.0.0/8"), *Network::parse("::1")};
  EXPECT_EQ(estate.limits, (RequestLimits{.trusted_proxies = proxies})) << "and the defaults";
  ASSERT_EQ(estate.services.size(), 4U);
  EXPECT_EQ(std::get<Remote>(estate.find_service("crm")->source).url, "https://crm.internal:8443");
  EXPECT_EQ(std::get<Directory>(estate.find_service("artifacts")->source).root, "/var/artifacts");
  EXPECT_EQ(estate.find_service("nowhere"), nullptr);
}

TEST(Estate, TheDocumentedWayOfErasingIsRead) {
  const auto estate = read_example();
  EXPECT_EQ(estate.archive,
            (ArchiveRules{
                .directory = "/var/lib/tenure/archive", .keys = Secret("2026-11:key"), .line = estate.archive->line}));
  EXPECT_EQ(estate.broker, (Broker{.url = Secret("amqps://tenure:secret@mq.internal"),
                                   .ca_file = "/etc/tenure/mq-ca.pem",
                                   .line = estate.broker->line}));
  const Notifications notifications{
      .slack = Secret("https://hooks.slack.com/services/T0/B0/x"),
      .datadog = Notifications::Datadog{.api_key = Secret("key")},
      .sentry = Secret("https://key@o1.ingest.sentry.io/42"),
      .webhook = Notifications::Webhook{.url = Secret("https://hooks.bakery.example/deletions"),
                                        .key = Secret("0123456789abcdef01234567"),
                                        .on = {"completed", "failed"}},
      .email = Notifications::Mail{.server = "smtp://mail.bakery.example:587",
                                   .user = "tenure",
                                   .password = Secret("secret"),
                                   .ca_file = "/etc/tenure/mail-ca.pem",
                                   .from = Email::parse("tenure@bakery.example"),
                                   .to = {Email::parse("operations@bakery.example")},
                                   .on = {"completed", "failed", "rolled_back", "compensation_failed", "cancelled"}}};
  EXPECT_EQ(estate.notifications, notifications);
  // All but these three is what it would be anyway.
  auto rules = estate.erasure;
  EXPECT_EQ(std::exchange(rules.on_failure, std::nullopt), OnFailure::roll_back);
  EXPECT_EQ(std::exchange(rules.give_up_after, std::nullopt), 1h);
  EXPECT_EQ(std::exchange(rules.throttle.rows_per_second, std::nullopt), 20000.0);
  EXPECT_EQ(rules, ErasureRules());
  EXPECT_EQ(estate.find_service("orders")->via, Via(Direct{}));
  EXPECT_FALSE(std::get<Remote>(estate.find_service("crm")->source).archives);
}

TEST(Estate, TheDocumentedServiceIsRead) {
  const auto estate = read_example();
  const auto& orders = *estate.find_service("orders");
  EXPECT_EQ(orders.prefix, "orders");
  EXPECT_EQ(orders.timeout, 2min);
  EXPECT_EQ(orders.user_path, "models/user");
  const auto& database = database_of(orders);
  EXPECT_EQ(database.url.reveal(), "postgresql://db/orders");
  EXPECT_EQ(database.schema_file, "schemas/orders.sql");
  ASSERT_EQ(database.tables.size(), 7U);
  EXPECT_EQ(database.tables[0].keep_reason, "shared by all tenants: the weather of a city");
  EXPECT_EQ(database.tables[1].tenant_column, "account_uuid");
  EXPECT_THAT(database.tables[2].through, ElementsAre("order_id"));
  EXPECT_EQ(database.tables[3].keep_rows, (Condition{{"is_system", "true"}}));
  EXPECT_EQ(database.tables[3].keep_rows_reason, "shipped with the product");
  EXPECT_EQ(database.tables[4].files, (FilesRule{"storage_path", "/var/artifacts"}));
  EXPECT_TRUE(database.tables[5].last);
  EXPECT_EQ(database.tables[6].user, (UserRule{"created_by", UserAction::pseudonym}));
}

TEST(Estate, TheDocumentedRelationsAreRead) {
  const auto estate = read_example();
  const auto& database = database_of(*estate.find_service("orders"));
  ASSERT_EQ(database.references.size(), 2U);
  EXPECT_EQ(database.references[1].from_table, "attachments");
  EXPECT_THAT(database.references[1].from_columns, ElementsAre("owner_id"));
  EXPECT_EQ(database.references[1].when, (Condition{{"owner_type", "order"}}));
  ASSERT_EQ(database.outside_rows.size(), 1U);
  EXPECT_EQ(database.outside_rows[0].table, "order_items");
  EXPECT_EQ(database.outside_rows[0].key, "promotion_id");
  ASSERT_EQ(database.triggers.size(), 1U);
  EXPECT_EQ(database.triggers[0].trigger, "notify_erp");
  EXPECT_TRUE(database.triggers[0].skip);
}

TEST(Estate, TheBakerysFileIsReadWithTheEmbeddedCluster) {
  const auto estate = read_estate(TENURE_SOURCE_DIR "/examples/bakery/estate.yaml",
                                  variables_of({{"PSEUDONYM_KEY", "a key that is long enough"},
                                                {"ARTIFACT_ROOT", "/a"},
                                                {"ARCHIVE_ROOT", "/b"},
                                                {"ARCHIVE_KEYS_FILE", "/c"}}),
                                  DatabaseSource::embedded);
  EXPECT_EQ(estate.services.size(), 13U);
  EXPECT_EQ(estate.find_service("alert_processor")->prefix, "alerts");
  EXPECT_TRUE(estate.tenants->is_managed);
  EXPECT_TRUE(estate.has_managed_users);
  EXPECT_THAT(database_of(*estate.find_service("tenant")).schemas, ElementsAre("tenancy"));
}

TEST(Estate, OneServiceWithADatabaseIsEnough) {
  const auto estate = read(with_database(""));
  EXPECT_FALSE(estate.tenants.has_value());
  EXPECT_TRUE(estate.control_url.empty());
  ASSERT_EQ(estate.services.size(), 1U);
  const auto& orders = estate.services.front();
  EXPECT_EQ(orders.prefix, "orders");
  EXPECT_EQ(orders.timeout, 60s);
  EXPECT_EQ(orders.user_path, "user");
  EXPECT_EQ(orders.line, 3);
  EXPECT_EQ(database_of(orders).line, 4);
  EXPECT_THAT(database_of(orders).schemas, ElementsAre("public"));
}

TEST(Estate, ServicesKeepTheOrderOfTheFileAndItsDefaults) {
  const auto estate = read(R"(services:
  zebra: {database: a}
  alpha: {database: b, timeout: 500ms}
defaults: {timeout: 5m, tenant_column: account_id}
estate: e
)");
  EXPECT_EQ(estate.services[0].name, "zebra");
  EXPECT_EQ(estate.services[0].timeout, 5min);
  EXPECT_EQ(estate.services[1].timeout, 500ms);
  EXPECT_EQ(estate.tenant_column, "account_id");
}

TEST(Estate, EveryKindOfTableRuleIsRead) {
  const auto estate = read("users: {pseudonym_key: 0123456789abcdef}\n" + with_database(R"(    schemas: [public, sales]
    side_effects: [daily_totals, sales.weekly]
    tables:
      plain: {}
      links: {through: [order_id, "tenant_id,  doc_id", links_fk]}
      sales.people: {user: {column: owner, action: set_null}, last: false}
      visits: {user: {column: visitor, action: delete}}
      jobs: {user: {column: created_by, action: pseudonym}}
)"));
  const auto& database = database_of(estate.services.front());
  EXPECT_THAT(database.side_effects, ElementsAre("daily_totals", "sales.weekly"));
  ASSERT_EQ(database.tables.size(), 5U);
  EXPECT_EQ(database.tables[0], (TableRule{.table = "plain", .line = 9}));
  EXPECT_THAT(database.tables[1].through, ElementsAre("order_id", "tenant_id, doc_id", "links_fk"));
  EXPECT_EQ(database.tables[2].user, (UserRule{"owner", UserAction::set_null}));
  EXPECT_EQ(database.tables[3].user, (UserRule{"visitor", UserAction::delete_rows}));
  EXPECT_EQ(database.tables[4].user, (UserRule{"created_by", UserAction::pseudonym}));
}

TEST(Estate, ReferencesNameOneColumnOrSeveralInAnySchema) {
  const auto estate = read(with_database(R"yaml(    references:
      - {from: comments.order_id, to: sales.orders.id}
      - {from: "sales.lines.(tenant_id, order_no)", to: "orders.(tenant_id,no)"}
    outside_rows:
      - {key: "sales.lines.(promo_a, promo_b)", action: set_default}
    triggers:
      - {trigger: sales.lines.audit, action: fire}
)yaml"));
  const auto& database = database_of(estate.services.front());
  EXPECT_EQ(database.references[0].line, 6);
  EXPECT_EQ(database.references[0].to_table, "sales.orders");
  EXPECT_EQ(database.references[1].from_table, "sales.lines");
  EXPECT_THAT(database.references[1].from_columns, ElementsAre("tenant_id", "order_no"));
  EXPECT_THAT(database.references[1].to_columns, ElementsAre("tenant_id", "no"));
  EXPECT_EQ(database.outside_rows[0], (OutsideRule{9, "sales.lines", "promo_a, promo_b", OutsideAction::set_default}));
  EXPECT_EQ(database.triggers[0], (TriggerRule{11, "sales.lines", "audit", false}));
}

TEST(Estate, ConditionsTakeEveryScalarAndTellNullFromItsName) {
  const auto estate = read(with_database(R"(    tables:
      t: {keep_rows: {a: true, b: null, c: "null", d: 5, e: ~, f: text, g: ""}, reason: why}
)"));
  const Condition expected{{"a", "true"},       {"b", std::nullopt}, {"c", "null"}, {"d", "5"},
                           {"e", std::nullopt}, {"f", "text"},       {"g", ""}};
  EXPECT_EQ(database_of(estate.services.front()).tables[0].keep_rows, expected);
}

TEST(Estate, RelativePathsStartAtTheFilesFolder) {
  const auto estate = parse_estate(R"(estate: e
control: {schema_file: ./sql/../control.sql}
services:
  files: {directory: data/}
  orders: {database: a, schema_file: schemas/orders.sql, tables: {t: {files: {column: p, root: ../media}}}}
)",
                                   "/etc/tenure/estate.yaml", variables_of({}), DatabaseSource::urls);
  EXPECT_EQ(estate.control_schema_file, "/etc/tenure/control.sql");
  EXPECT_EQ(std::get<Directory>(estate.services[0].source).root, "/etc/tenure/data");
  EXPECT_EQ(database_of(estate.services[1]).schema_file, "/etc/tenure/schemas/orders.sql");
  EXPECT_EQ(database_of(estate.services[1]).tables[0].files->root, "/etc/media");
}

TEST(Estate, VariablesStandInsideTextAndAreNotSearchedAgain) {
  const auto estate = read("estate: a ${X}-${Y} $${X} $X\nservices: {s: {database: \"${DB}\"}}\n",
                           variables_of({{"X", "${Y}"}, {"Y", "y"}, {"DB", "postgresql://db/s\n"}}));
  EXPECT_EQ(estate.name, "a ${Y}-y ${X} $X");
  EXPECT_EQ(database_of(estate.services[0]).url.reveal(), "postgresql://db/s");
}

TEST(Estate, WithTheEmbeddedClusterDatabasesNeedNoVariable) {
  const auto estate =
      read("estate: e\ncontrol: {database: \"${NOT_SET}\"}\nservices: {s: {database: \"${NOT_SET}\"}}\n",
           variables_of({}), DatabaseSource::embedded);
  EXPECT_TRUE(estate.control_url.empty());
  EXPECT_TRUE(database_of(estate.services[0]).url.empty());
}

TEST(Estate, WithTheEmbeddedClusterALiteralUrlIsNotUsed) {
  EXPECT_TRUE(database_of(read(with_database(""), variables_of({}), DatabaseSource::embedded).services[0]).url.empty());
}

}  // namespace
}  // namespace tenure::estate
