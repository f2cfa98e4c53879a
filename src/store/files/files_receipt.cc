#include "store/files/files_receipt.h"

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace tenure::store {

using nlohmann::json;

std::string to_json_text(const FilesReceipt& receipt) {
  json answers = json::object();
  for (const auto& [key, answer] : receipt.answers) answers[key] = {{"files", answer.files}, {"digest", answer.digest}};
  const json body = {{"format", 1},
                     {"epoch", receipt.epoch},
                     {"tree_files", receipt.tree_files ? json(*receipt.tree_files) : json()},
                     {"removed_files", receipt.removed_files},
                     {"answers", std::move(answers)}};
  return body.dump(2) + "\n";
}

FilesReceipt receipt_from_json_text(std::string_view text) {
  try {
    const auto body = json::parse(text);
    if (body.at("format").get<int>() != 1) throw Error(ErrorCode::corrupt, "a receipt has an unknown format");
    FilesReceipt receipt{.epoch = body.at("epoch").get<std::int64_t>()};
    if (!body.at("tree_files").is_null()) receipt.tree_files = body.at("tree_files").get<std::int64_t>();
    receipt.removed_files = body.at("removed_files").get<std::int64_t>();
    for (const auto& [key, answer] : body.at("answers").items()) {
      receipt.answers[key] = {answer.at("files").get<std::int64_t>(), answer.at("digest").get<std::string>()};
    }
    return receipt;
  } catch (const json::exception&) {
    throw Error(ErrorCode::corrupt, "a receipt below .tenure/ does not read back as written");
  }
}

}  // namespace tenure::store
