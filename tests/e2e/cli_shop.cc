#include "tests/e2e/cli_shop.h"

#include <stdexcept>

namespace tenure::e2e {

std::unique_ptr<Shop> CliShop::shop_;
std::unique_ptr<Server> CliShop::server_;
std::string CliShop::estate_;

void CliShop::SetUpTestSuite() {
  shop_ = std::make_unique<Shop>();
  estate_ = shop_->write_managed_estate("cli.yaml");
  server_.reset(new Server(shop_->serve(estate_)));
}

void CliShop::TearDownTestSuite() {
  if (server_) {
    EXPECT_EQ(server_->stop(), 0);
  }
  server_.reset();
  shop_.reset();
}

CliShop::Words CliShop::reaching(Way way) {
  return way == Way::through_server ? Words{"--server", server_->url()} : Words{"--estate", estate_};
}

test::Finished CliShop::run(Words words, Environment more) {
  auto environment = shop_->environment();
  environment.merge(more);
  return run_tenure(std::move(words), environment);
}

json CliShop::run_json(Words words) {
  words.emplace_back("--json");
  const auto finished = run(std::move(words));
  EXPECT_EQ(finished.status, 0) << finished.errors;
  return json::parse(finished.output, nullptr, false);
}

test::Finished CliShop::run_at_terminal(Words words, const std::vector<std::pair<std::string, std::string>>& answers) {
  words.insert(words.begin(), TENURE_BINARY);
  test::Process process(std::move(words), {.environment = shop_->environment(), .has_terminal = true});
  for (const auto& [question, answer] : answers) {
    process.read_until(question);
    process.write(answer + "\n");
  }
  const int status = process.wait();
  return {status, process.output(), ""};
}

std::string CliShop::all_rows() {
  std::string rows;
  for (const auto& [database, schema] : {std::pair("accounts", "tenancy"), std::pair("control", "identity")}) {
    rows += databases().value(
        shop_->database(database),
        std::string("select string_agg(query_to_xml(format('select * from %I.%I as r order by r::text', schemaname, "
                    "tablename), true, false, '')::text, '' order by tablename) from pg_tables where schemaname = '") +
            schema + "'");
  }
  return rows;
}

json CliShop::get(const std::string& path) {
  const auto answer = server_->send("GET", path, shop_->service_token());
  if (answer.status != 200) throw std::runtime_error(answer.body.dump());
  return answer.body;
}

}  // namespace tenure::e2e
