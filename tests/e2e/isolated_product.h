#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "archive/keys.h"
#include "tests/e2e/server.h"
#include "tests/support/database.h"
#include "tests/support/temporary_folder.h"

namespace tenure::e2e {

/// A product of two services with managed tenants and accounts and an archive: "app", whose tenants are kept apart as
/// whoever derives from this says, and "crm" with rows of all tenants; and `tenure` run on its estate.
class IsolatedProduct : public ::testing::Test {
 protected:
  using Words = std::vector<std::string>;

  IsolatedProduct() {
    std::filesystem::create_directories(folder_ / "vault");
    crm_.run("CREATE TABLE contacts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL)");
  }

  /// `tenants`, `app` and `crm` are what the estate says of them beyond where they are: lines of YAML.
  void write_estate(const std::string& tenants, const std::string& app, const std::string& crm = {}) const {
    folder_.write("estate.yaml", fmt::format("estate: product\n"
                                             "control: {{database: \"{}\"}}\n"
                                             "tenants: {{{}, managed: true}}\n"
                                             "users: {{managed: true}}\n"
                                             "archive: {{directory: vault, keys: \"{}\"}}\n"
                                             "services:\n"
                                             "  app:\n"
                                             "    database: \"{}\"\n"
                                             "{}"
                                             "  crm:\n"
                                             "    database: \"{}\"\n"
                                             "{}",
                                             url(control_), tenants, archive::KeyRing::generate("k1").reveal(),
                                             url(app_), app, url(crm_), crm));
  }

  static std::string url(const test::TestDatabase& database) { return database.settings().conninfo().reveal(); }
  std::string file(const std::string& name) const { return (folder_ / name).string(); }

  test::Finished run(Words words, Environment more = {}) const {
    words.insert(words.end(), {"--estate", file("estate.yaml")});
    more.emplace("TENURE_HOME", file("state"));
    return run_tenure(words, more);
  }
  nlohmann::json run_json(Words words, const Environment& more = {}) const {
    words.emplace_back("--json");
    const auto finished = run(words, more);
    EXPECT_EQ(finished.status, 0) << finished.errors << finished.output;
    return nlohmann::json::parse(finished.output, nullptr, false);
  }
  std::string person(const std::string& name) const {
    return run_json({"user", "create", name + "@example.org", "--name", name, "--no-password"})
        .at("user_id")
        .get<std::string>();
  }
  std::string tenant(const std::string& name, const std::string& owner) const {
    return run_json({"tenant", "create", name, "--owner", owner}).at("tenant_id").get<std::string>();
  }
  /// What it is kept in: a schema or a database.
  std::string place_of(const std::string& tenant) const {
    return app_.value(fmt::format("SELECT name FROM tenure.schemas WHERE tenant_id = '{}'", tenant));
  }
  /// Two orders with three items, and a contact.
  void fill(const std::string& tenant) const {
    run_in(place_of(tenant),
           "INSERT INTO orders (note) VALUES ('one'), (NULL); INSERT INTO items VALUES (1, 1), (1, 2), (2, 1)");
    crm_.run(fmt::format("INSERT INTO contacts (tenant_id) VALUES ('{}')", tenant));
  }

  virtual void run_in(const std::string& place, const std::string& script) const = 0;
  /// A digest of the orders and items in it.
  virtual std::string rows_of(const std::string& place) const = 0;
  virtual bool has_place(const std::string& place) const = 0;

  /// A tenant that is filled, previewed, erased and brought back, beside one that stays as it is. Gives its place.
  std::string erase_and_bring_back() const {
    const auto ana = person("ana");
    const auto mine = tenant("Forn Vell", ana);
    const auto neighbour = tenant("Neighbour", ana);
    fill(mine);
    fill(neighbour);
    auto place = place_of(mine);
    const auto rows = rows_of(place);
    const auto rows_of_neighbour = rows_of(place_of(neighbour));

    const auto preview = run_json({"preview", mine});
    const auto& counts = preview.at("services").at("app").at("data_counts");
    EXPECT_EQ(counts.at("orders"), 2) << preview;
    EXPECT_EQ(counts.at("items"), 3) << preview;

    const auto job = run_json({"erase", mine, "--confirm", "Forn Vell"});
    EXPECT_EQ(job.at("status"), "completed") << job;
    EXPECT_EQ(job.at("service_results").at("app").at("deleted_counts").at("orders"), 2) << job;
    EXPECT_EQ(job.at("service_results").at("app").at("deleted_counts").at("items"), 3) << job;
    EXPECT_FALSE(has_place(place));
    EXPECT_NE(run({"tenant", "show", mine}).status, 0) << "its record is gone";
    EXPECT_EQ(rows_of(place_of(neighbour)), rows_of_neighbour);

    const auto restored = run_json({"job", "restore", job.at("job_id"), "--wait"});
    EXPECT_EQ(restored.at("status"), "rolled_back") << restored;
    EXPECT_EQ(place_of(mine), place);
    EXPECT_EQ(rows_of(place), rows);
    EXPECT_EQ(rows_of(place_of(neighbour)), rows_of_neighbour);
    EXPECT_EQ(crm_.value("SELECT count(*) FROM contacts"), "2");
    return place;
  }

  const test::TestDatabase control_;
  const test::TestDatabase app_;
  const test::TestDatabase crm_;
  const test::TemporaryFolder folder_;
};

}  // namespace tenure::e2e
