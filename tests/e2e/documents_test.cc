#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "tests/e2e/archived_shop.h"
#include "tests/support/paths.h"

// E8: the commands of the documents for operators are run, block by block, on a product that works.
namespace tenure::e2e {
namespace {

/// A fenced block of shell commands. "```sh job=completed" is one about a job in that state.
struct Block {
  int line = 0;
  std::string job;
  std::string script;
};

std::filesystem::path folder_of_documents() { return std::filesystem::path(TENURE_SOURCE_DIR) / "docs"; }

std::vector<Block> blocks_of(const std::string& document) {
  constexpr std::string_view kFence = "```";
  constexpr std::string_view kJob = "job=";
  std::ifstream file(folder_of_documents() / document);
  std::vector<Block> blocks;
  std::optional<Block> open;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (open && line == kFence) {
      blocks.push_back(*std::move(open));
      open.reset();
    } else if (open) {
      open->script += line + "\n";
    } else if (line.starts_with("```sh")) {
      const auto job = line.find(kJob);
      open = Block{.line = number, .job = job == std::string::npos ? "" : line.substr(job + kJob.size()), .script = {}};
    }
  }
  return blocks;
}

std::vector<std::string> documents_with_blocks() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder_of_documents())) {
    const auto name = entry.path().filename().string();
    // Those of reports are about files that a test of theirs has made.
    if (name.ends_with(".md") && name != "reports.md" && !blocks_of(name).empty()) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

class Documents : public ArchivedShop, public ::testing::WithParamInterface<std::string> {
 protected:
  std::string erase(const TenantId& tenant, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"erase", tenant.str(), "--confirm", "Forn Vell", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return json::parse(run(words).output).at("job_id");
  }
  std::string job_that_is(const std::string& state, const TenantId& tenant) {
    if (state == "scheduled") return erase(tenant, {"--at", "2100-01-01T00:00:00Z"});
    if (state == "completed") return erase(tenant);
    if (state != "rolled_back") throw std::runtime_error("the test does not know how a job comes to be " + state);
    databases_.run(shop_.database("crm"), "CREATE TABLE of_nobody (id integer PRIMARY KEY)");
    auto job = erase(tenant);
    databases_.run(shop_.database("crm"), "DROP TABLE of_nobody");
    return job;
  }
  /// On a tenant of the block's own.
  void run_block(const Block& block) {
    const auto tenant = tenant_with_data(ana_, "Forn Vell");
    const auto job = block.job.empty() ? std::string() : job_that_is(block.job, tenant);
    if (!job.empty()) {
      EXPECT_EQ(json::parse(run({"job", "show", job, "--json"}).output).at("status"), block.job);
    }
    auto environment = shop_.environment();
    environment["TENURE_ESTATE"] = estate_;
    environment["TENANT"] = tenant.str();
    environment["NAME"] = "Forn Vell";
    environment["USER_ID"] = ana_.str();
    environment["JOB"] = job;
    environment["ORDERS_DATABASE_URL"] = databases_.url(shop_.database("orders"));
    environment["PATH"] = std::filesystem::path(TENURE_BINARY).parent_path().string() + ":" + std::getenv("PATH");
    const auto finished = test::run_process(
        {"bash", "-euo", "pipefail", "-c", fmt::format("cd '{}'\n{}", shop_.folder().string(), block.script)},
        {.environment = std::move(environment)});
    EXPECT_EQ(finished.status, 0) << block.script << finished.output << finished.errors;
  }

  const UserId ana_ = people().person("ana");
};

TEST_P(Documents, CommandsDoWhatTheySay) {
  for (const auto& block : blocks_of(GetParam())) {
    SCOPED_TRACE(fmt::format("docs/{}:{}", GetParam(), block.line));
    run_block(block);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Documents, ::testing::ValuesIn(documents_with_blocks()),
                         [](const auto& parameter) { return parameter.param.substr(0, parameter.param.find('.')); });

TEST(DocumentsForOperators, AreThere) {
  EXPECT_THAT(documents_with_blocks(), ::testing::IsSupersetOf({"gdpr.md", "operations.md", "retention.md",
                                                                "security.md", "troubleshooting.md"}));
}

}  // namespace
}  // namespace tenure::e2e
