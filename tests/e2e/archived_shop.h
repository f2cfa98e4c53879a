#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>

#include "archive/keys.h"
#include "tests/e2e/people.h"
#include "tests/e2e/shop.h"

namespace tenure::e2e {

/// A shop whose tenants and accounts Tenure keeps and whose deletions can be taken back, and `tenure` run on it.
class ArchivedShop : public ::testing::Test {
 protected:
  /// `erasure` is what the estate says of erasures beside giving up at once.
  explicit ArchivedShop(const std::string& erasure = "") : erasure_(erasure) {
    std::filesystem::create_directories(vault());
    write_estate({ring_line("k1")});
    serve();
  }

  static std::string ring_line(const std::string& id) { return archive::KeyRing::generate(id).reveal(); }
  std::filesystem::path vault() const { return shop_.folder() / "vault"; }

  /// The managed estate with an archive whose key ring has these lines.
  void write_estate(const std::vector<std::string>& ring) {
    std::ofstream keys(shop_.folder() / "ring");
    for (const auto& line : ring) keys << line << "\n";
    estate_ = shop_.write_managed_estate("archived.yaml");
    std::stringstream text;
    text << std::ifstream(estate_).rdbuf();
    std::string sections = text.str();
    const std::string plain = "erasure: {give_up_after: 1ms}\n";
    sections.replace(sections.find(plain), plain.size(),
                     "erasure: {give_up_after: 1ms" + erasure_ + "}\narchive: {directory: vault, keys_file: ring}\n");
    std::ofstream(estate_) << sections;
  }
  void serve() {
    server_.reset();
    server_.reset(new Server(shop_.serve(estate_)));
    people_.emplace(*server_, shop_.databases(), control_, shop_.keys());
  }
  int stop_server() { return server_->stop(); }
  People& people() { return *people_; }
  UserId platform_admin(const std::string& name) {
    const auto made =
        people().as_service("POST", "/api/v1/auth/users",
                            {{"email", People::address_of(name)}, {"full_name", name}, {"is_platform_admin", true}});
    return UserId::parse(made.body.at("user_id").get<std::string>());
  }

  /// A tenant with a row in crm, and an order with two items.
  TenantId tenant_with_data(const UserId& owner, const std::string& name) {
    const auto tenant = people().tenant(owner, name);
    for (const auto* service : {"crm", "orders"}) {
      databases_.run(shop_.database(service), shop_rows(service, tenant, name));
    }
    return tenant;
  }
  std::int64_t data_of(const TenantId& tenant) {
    return shop_.count("crm", "contacts", tenant) + shop_.count("orders", "orders", tenant);
  }
  /// Every column of every row of the tenant's data.
  std::string digest_of(const TenantId& tenant) {
    const auto where = "r.tenant_id = '" + tenant.str() + "'";
    return databases_.digest(shop_.database("crm"), "contacts", where) +
           databases_.digest(shop_.database("orders"), "orders", where);
  }
  void wait_for_status(const std::string& job, const std::string& status) {
    databases_.wait_until(control_,
                          "(SELECT status FROM tenure.deletion_jobs WHERE id = '" + job + "') = '" + status + "'");
  }

  /// `tenure` through the server, with the token of `caller` where there is one.
  test::Finished run(std::vector<std::string> words, const std::optional<UserId>& caller = std::nullopt) {
    words.insert(words.end(), {"--server", server_->url()});
    auto environment = shop_.environment();
    if (caller) environment["TENURE_TOKEN"] = people().token_of(*caller).reveal();
    return run_tenure(std::move(words), environment);
  }
  json run_json(std::vector<std::string> words, const std::optional<UserId>& caller = std::nullopt) {
    words.emplace_back("--json");
    const auto finished = run(std::move(words), caller);
    EXPECT_EQ(finished.status, 0) << finished.output << finished.errors;
    return json::parse(finished.output, nullptr, false);
  }
  test::Finished run_on_estate(std::vector<std::string> words) {
    words.insert(words.end(), {"--estate", estate_});
    return run_tenure(std::move(words), shop_.environment());
  }

  const std::string erasure_;
  Shop shop_;
  Databases& databases_ = shop_.databases();
  const std::string control_ = shop_.database("control");
  std::string estate_;
  std::unique_ptr<Server> server_;
  std::optional<People> people_;
};

}  // namespace tenure::e2e
