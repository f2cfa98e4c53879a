#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "tests/e2e/people.h"
#include "tests/e2e/shop.h"
#include "tests/support/paths.h"

namespace tenure::e2e {

/// How a command reaches what it works on.
enum class Way { through_server, on_estate };

/// A managed shop with its server, and `tenure` run on it. One a suite: each test makes tenants and users of its own.
class CliShop : public ::testing::Test {
 protected:
  using Words = std::vector<std::string>;

  static void SetUpTestSuite();
  static void TearDownTestSuite();

  static Shop& shop() { return *shop_; }
  static Databases& databases() { return shop_->databases(); }
  static const Server& server() { return *server_; }
  People& people() { return people_; }

  /// The end of a command that works the given way.
  static Words reaching(Way way);
  static test::Finished run(Words words, Environment more = {});
  /// What the command prints with --json; it must succeed.
  static json run_json(Words words);
  /// A person at a terminal, who types each answer when the question before it was printed.
  static test::Finished run_at_terminal(Words words, const std::vector<std::pair<std::string, std::string>>& answers);

  /// Every row of the tenants and of the accounts.
  static std::string all_rows();
  static json get(const std::string& path);
  UserId person(const std::string& name) { return people_.person(name + "." + Uuid::random().str()); }

 private:
  static std::unique_ptr<Shop> shop_;
  static std::unique_ptr<Server> server_;
  static std::string estate_;

  People people_{*server_, shop_->databases(), shop_->database("control"), shop_->keys()};
};

}  // namespace tenure::e2e
