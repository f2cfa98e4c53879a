#include <filesystem>
#include <iostream>

#include "base/error.h"
#include "cli/command_table.h"
#include "cli/estate_databases.h"
#include "cli/evidence_key.h"
#include "cli/print.h"
#include "cli/text.h"
#include "identity/jwks.h"
#include "identity/token.h"
#include "pg/settings.h"
#include "signing/key_file.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

std::filesystem::path folder_of(const Options& options) { return std::filesystem::path(options.state) / "keys"; }

/// The keys that are there. Opening them would make a folder and a first key, which under a mistyped --state are not
/// those of any server.
std::filesystem::path existing_folder(const Options& options) {
  auto folder = folder_of(options);
  if (!std::filesystem::is_directory(folder)) {
    throw Error(ErrorCode::not_found, "state: there are no signing keys; `tenure serve` makes the first one");
  }
  return folder;
}

json keys_to_json(const identity::SigningKeys& keys) {
  json list = json::array();
  const auto all = keys.all();
  for (auto key = all.rbegin(); key != all.rend(); ++key) {
    list.push_back({{"key_id", key->id()}, {"signs", key == all.rbegin()}});
  }
  return {{"keys", std::move(list)}};
}

std::string key_list_text(const json& body) {
  Table table({{"key"}, {"use"}});
  for (const auto& key : body.at("keys")) {
    table.add({text_or(key, "key_id", ""), key.at("signs").get<bool>() ? "signs and verifies" : "verifies"});
  }
  return table.text();
}

int list(const Options& options) {
  const SystemClock clock;
  print(options, keys_to_json(identity::SigningKeys(existing_folder(options), clock)), key_list_text);
  return 0;
}

int rotate(const Options& options) {
  const SystemClock clock;
  identity::SigningKeys keys(existing_folder(options), clock);
  keys.rotate();
  print(options, keys_to_json(keys), key_list_text);
  return 0;
}

int retire(const Options& options) {
  const SystemClock clock;
  identity::SigningKeys keys(existing_folder(options), clock);
  keys.retire(options.key);
  print(options, keys_to_json(keys), key_list_text);
  return 0;
}

int jwks(const Options& options) {
  const SystemClock clock;
  std::cout << json::parse(identity::jwks_of(identity::SigningKeys(existing_folder(options), clock))).dump(2) << "\n";
  return 0;
}

std::string pem_text(const json& body) { return body.at("public_key").get<std::string>(); }

void print_public(const Options& options, const signing::SigningKey& key) {
  const auto half = key.public_key();
  print(options, {{"key_id", half.id()}, {"public_key", half.to_pem()}}, pem_text);
}

int evidence(const Options& options) {
  // Databases are not asked, so their URLs need not be known.
  const auto prefix = prefix_of_environment(options.environment);
  const auto estate = estate::read_estate(options.estate, pg::variables_of_environment(environment_variable, prefix),
                                          estate::DatabaseSource::embedded);
  print_public(options, evidence_key(estate, options.estate, options.state, FirstKey::must_be_there));
  return 0;
}

int create_evidence(const Options& options) {
  print_public(options, signing::make_key_file(options.file));
  return 0;
}

int token(const Options& options) {
  const SystemClock clock;
  const identity::SigningKeys keys(folder_of(options), clock);
  const auto issued = identity::issue_service_token(keys, clock, options.caller, options.audience);
  std::cout << issued.reveal() << "\n";
  return 0;
}

}  // namespace

void add_key_commands(CommandTable& table) {
  auto& options = table.options();
  auto& key = CommandTable::add_group(table.root(), "key",
                                      "The keys of --state that sign tokens, and the one that signs evidence");
  table.add_json(table.add(key, "list", "All of them, the newest first", &list));
  table.add_json(table.add(key, "rotate", "Add one, which signs from now on; the others keep verifying", &rotate));
  auto& retired = table.add(key, "retire", "Remove one: the tokens it signed are refused", &retire);
  retired.add_option("key", options.key, "Its id")->required();
  table.add_json(retired);
  table.add_json(table.add(key, "jwks", "Their public halves as a JSON Web Key Set", &jwks));
  table.add_json(table.add_on_estate(key, "evidence", "The public key that reports are verified with", &evidence));
  auto& created = table.add(key, "create-evidence", "Make a key for evidence.signing_key_file; prints its public half",
                            &create_evidence);
  created.add_option("file", options.file, "A file that is not there yet")->required();
  table.add_json(created);

  auto& issued = table.add(table.root(), "token", "Issue a service token, valid for five minutes", &token);
  issued.add_option("--name", options.caller, "The caller's name, for the logs")->capture_default_str();
  issued.add_option("--audience", options.audience, "A service's prefix, or tenure for all")->capture_default_str();
}

}  // namespace tenure::cli
