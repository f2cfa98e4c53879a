#include <filesystem>
#include <iostream>

#include "base/error.h"
#include "cli/command_table.h"
#include "cli/print.h"
#include "cli/text.h"
#include "identity/jwks.h"
#include "identity/token.h"

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
  auto& key = CommandTable::add_group(table.root(), "key", "The keys of --state that sign tokens");
  table.add_json(table.add(key, "list", "All of them, the newest first", &list));
  table.add_json(table.add(key, "rotate", "Add one, which signs from now on; the others keep verifying", &rotate));
  auto& retired = table.add(key, "retire", "Remove one: the tokens it signed are refused", &retire);
  retired.add_option("key", options.key, "Its id")->required();
  table.add_json(retired);
  table.add_json(table.add(key, "jwks", "Their public halves as a JSON Web Key Set", &jwks));

  auto& issued = table.add(table.root(), "token", "Issue a service token, valid for five minutes", &token);
  issued.add_option("--name", options.caller, "The caller's name, for the logs")->capture_default_str();
  issued.add_option("--audience", options.audience, "A service's prefix, or tenure for all")->capture_default_str();
}

}  // namespace tenure::cli
