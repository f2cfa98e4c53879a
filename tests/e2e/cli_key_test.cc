#include <gmock/gmock.h>

#include <fstream>

#include "tests/e2e/cli_shop.h"

// `tenure key …` and `tenure token` (B6): keys rotate while a server runs, with overlap.
namespace tenure::e2e {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

class CliKey : public ::testing::Test {
 protected:
  CliKey() { std::filesystem::create_directories(folder_.path()); }

  test::Finished run(std::vector<std::string> words) const {
    return run_tenure(std::move(words), {{"TENURE_HOME", (folder_.path() / "state").string()}});
  }
  json run_json(std::vector<std::string> words) const {
    words.emplace_back("--json");
    const auto finished = run(std::move(words));
    EXPECT_EQ(finished.status, 0) << finished.errors;
    return json::parse(finished.output, nullptr, false);
  }

  const test::TemporaryFolder folder_;
};

TEST_F(CliKey, ListRotateAndRetire) {
  ASSERT_EQ(run({"token"}).status, 0);
  const auto first = run_json({"key", "list"})["keys"];
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0]["signs"], true);
  const auto old = first[0]["key_id"].get<std::string>();

  const auto both = run_json({"key", "rotate"})["keys"];
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0]["signs"], true);
  EXPECT_EQ(both[1], (json{{"key_id", old}, {"signs", false}}));
  const auto listed = run({"key", "list"});
  EXPECT_THAT(listed.output, ContainsRegex(both[0]["key_id"].get<std::string>() + " +signs and verifies"));
  EXPECT_THAT(listed.output, ContainsRegex(old + " +verifies"));
  const auto published = run({"key", "jwks"});
  EXPECT_THAT(published.output, HasSubstr(old));
  EXPECT_EQ(json::parse(published.output)["keys"].size(), 2U);
  EXPECT_FALSE(json::parse(published.output)["keys"][0].contains("d")) << "the private half stays";

  const auto signing = run({"key", "retire", both[0]["key_id"]});
  EXPECT_NE(signing.status, 0);
  EXPECT_THAT(signing.errors, HasSubstr("key"));
  EXPECT_EQ(run_json({"key", "retire", old})["keys"], (json::array({both[0]})));
}

TEST_F(CliKey, BadInputChangesNothing) {
  const auto nothing = run({"key", "list"});
  EXPECT_EQ(nothing.status, 2);
  EXPECT_THAT(nothing.errors, HasSubstr("state: "));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "state")) << "asking makes no keys";
  for (const auto* command : {"rotate", "jwks"}) EXPECT_EQ(run({"key", command}).status, 2) << command;
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "state"));

  ASSERT_EQ(run({"token"}).status, 0);
  const auto before = run_json({"key", "list"});
  for (const auto* key : {"", "nothing", "../../etc/passwd"}) {
    const auto finished = run({"key", "retire", key});
    EXPECT_EQ(finished.status, 2) << finished.errors;
    EXPECT_THAT(finished.errors, HasSubstr("key")) << key;
  }
  EXPECT_EQ(run({"key", "retire"}).status, 2);
  EXPECT_EQ(run_json({"key", "list"}), before);
}

// E5: the key of evidence, which openssl reads as well.
TEST_F(CliKey, EvidenceKeyIsCreatedOnceAndItsPublicHalfPrinted) {
  const auto file = (folder_.path() / "evidence.pem").string();
  const auto made = run({"key", "create-evidence", file});
  ASSERT_EQ(made.status, 0) << made.errors;
  EXPECT_EQ(test::run_process({"openssl", "pkey", "-in", file, "-pubout"}).output, made.output);
  EXPECT_EQ(run({"key", "create-evidence", file}).status, 1) << "never written over";

  std::ofstream(folder_.path() / "estate.yaml")
      << "estate: e\nevidence: {signing_key_file: evidence.pem}\nservices: {s: {database: \"${NOT_SET}\"}}\n";
  const auto estate = (folder_.path() / "estate.yaml").string();
  EXPECT_EQ(run({"key", "evidence", "--estate", estate}).output, made.output);
  const auto body = run_json({"key", "evidence", "--estate", estate});
  EXPECT_EQ(body["public_key"], made.output);
  EXPECT_EQ(body["key_id"].get<std::string>().size(), 32U);

  std::filesystem::permissions(file, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
  const auto open = run({"key", "evidence", "--estate", estate});
  EXPECT_EQ(open.status, 1);
  EXPECT_THAT(open.errors, HasSubstr("estate.yaml:2: evidence.signing_key_file: "));
  EXPECT_THAT(open.errors, HasSubstr("open to other users"));
}

// A server of its own, whose keys this test changes.
class CliKeyOfServer : public CliShop {};

TEST_F(CliKeyOfServer, RunningServerTakesTokensOfOldAndNewKeysUntilTheOldIsRetired) {
  const auto token = [] {
    const auto finished = run({"token"});
    EXPECT_EQ(finished.status, 0) << finished.errors;
    return Secret(finished.output.substr(0, finished.output.find('\n')));
  };
  const auto is_accepted = [&](const Secret& one) {
    return server().send("GET", "/api/v1/tenants", one).status == 200;
  };
  const auto old = token();
  const auto keys = run_json({"key", "rotate"})["keys"];
  const auto latest = token();
  EXPECT_NE(latest.reveal().substr(0, 60), old.reveal().substr(0, 60));
  EXPECT_TRUE(is_accepted(old));
  // A key that it does not know yet it looks for at most once a second.
  const auto deadline = Deadline::after(std::chrono::seconds(30));
  while (!is_accepted(latest)) ASSERT_FALSE(deadline.has_passed());
  EXPECT_TRUE(is_accepted(old));
  const auto published = server().send("GET", "/.well-known/jwks.json", Secret()).body;
  EXPECT_EQ(published["keys"].size(), 2U);
  run_json({"key", "retire", keys.at(1).at("key_id")});
  EXPECT_TRUE(is_accepted(latest));
}

}  // namespace
}  // namespace tenure::e2e
