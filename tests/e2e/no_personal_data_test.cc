#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cctype>

#include "tests/e2e/people.h"
#include "tests/e2e/shop.h"
#include "tests/support/raw_http.h"

// Spec E6, E7: when a tenant and its people are erased, nothing that names them is left in any table that Tenure keeps,
// in any log line, event, audit entry or metric; nor after a run that failed, nor of what commands print to their log.
namespace tenure::e2e {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A text that is like nothing else, as upper, lower and mixed case write it.
const std::vector<std::string> kNames{
    "Zyxwoven",       "Quillfeather", "Brambleshire", "Ombrecote", "zyxwoven@post.example",
    "+34 612 555 01", "612555017",    "Hrafnsmoor",   "Wolkenheim"};

bool names_somebody(std::string text, const std::string& name) {
  std::ranges::transform(text, text.begin(), [](unsigned char letter) { return std::tolower(letter); });
  auto wanted = name;
  std::ranges::transform(wanted, wanted.begin(), [](unsigned char letter) { return std::tolower(letter); });
  return text.find(wanted) != std::string::npos;
}

/// The name of a tenant, which is no person, is part of its job by contract (C2, C3); and of nothing else.
bool is_kept_on_purpose(const std::string& table, const std::string& column, const std::string& name) {
  return table == "tenure.deletion_jobs" && column == "tenant_name" && name == "Wolkenheim";
}

class NoPersonalData : public ::testing::Test {
 protected:
  NoPersonalData() {
    // What a product keeps of people, beside what Tenure keeps of them.
    databases_.run(shop_.database("crm"),
                   "ALTER TABLE contacts ADD name text, ADD email text, ADD phone text;"
                   "ALTER TABLE contacts ADD CONSTRAINT phone_once UNIQUE (phone)");
    start();
  }

  void start() { start({{"crm", shop_.database_line("crm") + "\n    timeout: 2s"}}); }
  void start(const Shop::Overrides& overrides) {
    server_.reset();
    server_.reset(new Server(shop_.serve(shop_.write_managed_estate("managed.yaml", overrides))));
    people_.emplace(*server_, databases_, control_, shop_.keys());
  }
  std::string estate() const { return (shop_.folder() / "managed.yaml").string(); }

  TenantId tenant_of(const UserId& owner, const std::string& name) {
    const auto tenant = people_->tenant(owner, name);
    databases_.run(
        shop_.database("crm"),
        fmt::format("INSERT INTO contacts (tenant_id, name, email, phone) VALUES ('{}', 'Zyxwoven Quillfeather', "
                    "'zyxwoven@post.example', '+34 612 555 017 {}')",
                    tenant.str(), tenant.str()));
    databases_.run(shop_.database("orders"), shop_rows("orders", tenant, name));
    return tenant;
  }
  UserId person(const std::string& email, const std::string& full_name) {
    const auto made = people_->as_service("POST", "/api/v1/auth/users", {{"email", email}, {"full_name", full_name}});
    EXPECT_EQ(made.status, 201) << made;
    return UserId::parse(made.body["user_id"].get<std::string>());
  }

  /// "schema.table.column: …" for each column of the database in which a row names somebody.
  std::vector<std::string> found_in(const std::string& database) {
    std::vector<std::string> found;
    auto session = databases_.connect(database);
    const auto columns = session.exec(sql_of_test(
        "SELECT format('%I.%I', n.nspname, c.relname), quote_ident(a.attname), CASE a.atttypid WHEN 'bytea'::regtype "
        "THEN "
        "format('encode(%I, ''escape'')', a.attname) ELSE format('%I::text', a.attname) END FROM pg_attribute a JOIN "
        "pg_class c ON "
        "c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'm') AND "
        "a.attnum > 0 AND NOT a.attisdropped AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"));
    EXPECT_GT(columns.rows(), 3) << database;
    for (int column = 0; column < columns.rows(); ++column) {
      for (const auto& name : kNames) {
        const auto query = fmt::format("SELECT count(*) FROM {} WHERE position(lower('{}') IN lower({})) > 0",
                                       columns.text(column, 0), name, columns.text(column, 2));
        const auto rows = session.exec(sql_of_test(query)).text(0, 0);
        if (rows != "0" && !is_kept_on_purpose(columns.text(column, 0), columns.text(column, 1), name)) {
          found.push_back(fmt::format("{}: {}.{}: \"{}\" in {} rows", database, columns.text(column, 0),
                                      columns.text(column, 1), name, rows));
        }
      }
    }
    return found;
  }
  /// In all databases of the estate.
  std::vector<std::string> found_anywhere() {
    std::vector<std::string> found;
    for (const auto* name : {"control", "accounts", "orders", "crm"}) {
      for (auto& one : found_in(shop_.database(name))) found.push_back(std::move(one));
    }
    return found;
  }
  static std::vector<std::string> found_in_text(const std::string& what, const std::string& text) {
    std::vector<std::string> found;
    for (const auto& name : kNames) {
      if (names_somebody(text, name)) found.push_back(what + ": " + name);
    }
    return found;
  }
  void wait_until_sealed() { databases_.wait_until(control_, "NOT EXISTS (SELECT FROM tenure.audit_notes)"); }
  std::string metrics() const { return people_->as_service("GET", "/metrics").body.dump(); }
  /// In a database, in what the server tells, and, once it has stopped, in its log.
  void expect_none_left() {
    wait_until_sealed();
    EXPECT_THAT(found_anywhere(), IsEmpty());
    EXPECT_THAT(found_in_text("metrics", metrics()), IsEmpty());
    EXPECT_EQ(server_->stop(), 0);
    EXPECT_THAT(found_in_text("log", server_->errors() + server_->output()), IsEmpty());
  }

  Shop shop_;
  Databases& databases_ = shop_.databases();
  const std::string control_ = shop_.database("control");
  std::unique_ptr<Server> server_;
  std::optional<People> people_;
};

TEST_F(NoPersonalData, IsLeftAfterATenantAndItsPeopleWereErasedOverTheServer) {
  const auto owner = person("zyxwoven@post.example", "Zyxwoven Quillfeather");
  const auto member = person("ombrecote@brambleshire.example", "Ombrecote Hrafnsmoor");
  const auto tenant = tenant_of(owner, "Bakery of Wolkenheim");
  people_->join(tenant, member, "manager");
  EXPECT_EQ(people_
                ->as(owner, "POST", tenant_path(tenant, "invitations"),
                     {{"email", "hrafnsmoor@post.example"}, {"role", "member"}})
                .status,
            201);
  EXPECT_FALSE(found_anywhere().empty()) << "the search finds what is there";

  const auto erased = people_->as(owner, "DELETE", tenant_path(tenant), {{"confirm", "Bakery of Wolkenheim"}});
  ASSERT_EQ(erased.status, 200) << erased;
  for (const auto& user : {owner, member}) {
    const auto gone = people_->as_service("DELETE", "/api/v1/auth/users/" + user.str());
    ASSERT_EQ(gone.status, 200) << gone;
  }
  expect_none_left();
  EXPECT_EQ(server_->errors().find("eyJ"), std::string::npos) << "a token";
  EXPECT_GT(databases_.count(control_, "tenure.audit_entries"), 10);
}

// The database says what it was asked to store when it refuses: that must not come into a log or a job's errors.
TEST_F(NoPersonalData, IsInTheTracesOfARunThatFailed) {
  const auto owner = person("zyxwoven@post.example", "Zyxwoven Quillfeather");
  const auto tenant = tenant_of(owner, "Bakery of Wolkenheim");
  databases_.run(shop_.database("crm"),
                 "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not % of %', "
                 "old.name, old.email USING DETAIL = old.phone, ERRCODE = 'check_violation'; END $$;"
                 "CREATE TRIGGER refuse BEFORE DELETE ON contacts FOR EACH ROW EXECUTE FUNCTION refuse()");
  const auto failed = people_->as_service("DELETE", tenant_path(tenant));
  EXPECT_EQ(failed.body["status"], "failed") << failed;
  EXPECT_THAT(found_in_text("answer", failed.body["service_results"].dump()), IsEmpty());
  databases_.run(shop_.database("crm"), "DROP TRIGGER refuse ON contacts");
  const auto again = people_->as_service("DELETE", tenant_path(tenant));
  ASSERT_EQ(again.status, 200) << again;
  ASSERT_EQ(people_->as_service("DELETE", "/api/v1/auth/users/" + owner.str()).status, 200);
  expect_none_left();
}

// A service by URL says in its own words what went wrong, and quotes the row.
TEST_F(NoPersonalData, IsTakenOverFromAServiceThatQuotesIt) {
  const std::string row = "Zyxwoven Quillfeather <zyxwoven@post.example>, +34 612 555 017";
  const std::string problem = json{{"type", "https://crm.example/problems/zyxwoven@post.example"},
                                   {"title", "Not " + row},
                                   {"detail", "cannot delete " + row},
                                   {"problems", {row}},
                                   {"summary", {{"success", false}, {"errors", {row}}}}}
                                  .dump();
  const std::string empty =
      json{{"data_counts", json::object()}, {"summary", {{"success", true}, {"deleted_counts", json::object()}}}}
          .dump();
  const std::vector<std::pair<std::string, std::string>> answers = {{"422 Unprocessable Content", problem},
                                                                    {"500 Internal Server Error", problem},
                                                                    {"200 OK", problem},
                                                                    {"200 OK", empty}};
  std::atomic<std::size_t> turn = 0;
  const test::RawListener crm([&](int socket) {
    const auto& [status, body] = answers.at(turn);
    test::RawListener::answering(status, body)(socket);
  });
  start({{"crm", "url: " + crm.url()}});
  const auto owner = person("zyxwoven@post.example", "Zyxwoven Quillfeather");
  const auto tenant = people_->tenant(owner, "Bakery of Wolkenheim");
  for (; turn + 1 < answers.size(); ++turn) {
    const auto failed = people_->as_service("DELETE", tenant_path(tenant));
    ASSERT_EQ(failed.body["status"], "failed") << failed;
    const auto& errors = failed.body["service_results"]["crm"]["errors"];
    EXPECT_THAT(errors.dump(), HasSubstr("its own log")) << failed;
    EXPECT_THAT(found_in_text("answer", failed.body["service_results"].dump()), IsEmpty());
    const auto preview = people_->as_service("GET", "/api/v1/deletion-preview/" + tenant.str());
    EXPECT_THAT(found_in_text("preview", preview.body.dump()), Each("preview: Wolkenheim")) << preview;
  }
  const auto completed = people_->as_service("DELETE", tenant_path(tenant));
  ASSERT_EQ(completed.status, 200) << completed;
  ASSERT_EQ(people_->as_service("DELETE", "/api/v1/auth/users/" + owner.str()).status, 200);
  expect_none_left();
}

TEST_F(NoPersonalData, IsLeftAfterATenantWasErasedByACommand) {
  const auto owner = person("zyxwoven@post.example", "Zyxwoven Quillfeather");
  const auto tenant = tenant_of(owner, "Bakery of Wolkenheim");
  EXPECT_EQ(server_->stop(), 0);
  const auto file = estate();
  const auto erased = run_tenure(
      {"erase", tenant.str(), "--confirm", "Bakery of Wolkenheim", "--json", "--estate", file}, shop_.environment());
  ASSERT_EQ(erased.status, 0) << erased.errors;
  const auto gone =
      run_tenure({"user", "erase", owner.str(), "--confirm", "zyxwoven@post.example", "--json", "--estate", file},
                 shop_.environment());
  ASSERT_EQ(gone.status, 0) << gone.errors << gone.output;
  const auto signed_head = run_tenure({"audit", "checkpoint", "--estate", file}, shop_.environment());
  ASSERT_EQ(signed_head.status, 0) << signed_head.errors;
  EXPECT_THAT(found_anywhere(), IsEmpty());
  EXPECT_THAT(found_in_text("log", erased.errors + gone.errors + signed_head.errors + signed_head.output), IsEmpty());
}

}  // namespace
}  // namespace tenure::e2e
