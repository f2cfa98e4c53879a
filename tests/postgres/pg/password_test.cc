#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "base/error.h"
#include "pg/connection.h"
#include "tests/support/database.h"

// D6: a password of any characters logs in where the server really asks for one, however it was written down.
namespace tenure::pg {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// All that a URL or a connection string could stumble over.
constexpr const char* kPassword = "p@:/%#?&= '\"\\$$ü";
constexpr const char* kEncoded = "p%40%3A%2F%25%23%3F%26%3D%20%27%22%5C%24%24%C3%BC";

class Password : public ::testing::Test {
 protected:
  Password() {
    database_.run(
        fmt::format("CREATE ROLE {} LOGIN; ALTER ROLE {} PASSWORD '{}'", role_, role_, "p@:/%#?&= ''\"\\$$ü"));
    // The first line that fits decides how a role logs in. The file is read before it is written, in a table of its
    // own.
    database_.run(
        fmt::format("CREATE TABLE hba AS SELECT 0::bigint AS at, 'local all {} scram-sha-256' AS line UNION ALL "
                    "SELECT t.at, t.line FROM string_to_table(pg_read_file(current_setting('hba_file')), E'\\n') "
                    "WITH ORDINALITY AS t (line, at) WHERE t.line <> ''; "
                    "COPY (SELECT line FROM hba ORDER BY at) TO '{}' (FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x03')",
                    role_, database_.value("SHOW hba_file")));
    database_.run("SELECT pg_reload_conf()");
    // The server takes the file over in its own time.
    while (!refusal_of(settings("worthless"))) {
    }
  }
  ~Password() override { database_.run("DROP ROLE " + role_); }

  std::string folder() const { return database_.settings().parameters().at("host"); }
  std::string port() const { return database_.settings().parameters().at("port"); }
  ConnectionSettings settings(const std::string& encoded) const {
    return ConnectionSettings::parse(
        fmt::format("postgresql://{}:{}@/{}?host={}&port={}", role_, encoded, database_.name(), folder(), port()));
  }
  static std::optional<std::string> refusal_of(const ConnectionSettings& settings) {
    try {
      Connection::open(settings);
      return std::nullopt;
    } catch (const Error& error) {
      return error.what();
    }
  }

  const test::TestDatabase database_;
  const std::string role_ = database_.name() + "_login";
};

TEST_F(Password, OfAnyCharactersLogsIn) {
  EXPECT_EQ(refusal_of(settings(kEncoded)), std::nullopt) << "percent-encoded in a URL";
  EXPECT_EQ(refusal_of(ConnectionSettings::parse(settings(kEncoded).conninfo().reveal())), std::nullopt)
      << "as keys and values";
  const auto parts = ConnectionSettings::from_environment([&](std::string_view name) -> std::optional<std::string> {
    if (name == "DB_PASSWORD") return kPassword;
    if (name == "DB_USER") return role_;
    if (name == "DB_HOST") return folder();
    if (name == "DB_PORT") return port();
    if (name == "DB_NAME") return database_.name();
    return std::nullopt;
  });
  EXPECT_EQ(refusal_of(parts), std::nullopt) << "by itself in a variable";
}

TEST_F(Password, ThatIsWrongIsRefusedAndNotShown) {
  const auto refusal = refusal_of(settings("hunter2"));
  ASSERT_TRUE(refusal);
  EXPECT_THAT(*refusal, Not(HasSubstr("hunter2")));
  EXPECT_THAT(*refusal, HasSubstr(database_.name()));
}

}  // namespace
}  // namespace tenure::pg
