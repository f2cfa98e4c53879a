#include "store/files/files_receipt.h"

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace tenure::store {

using nlohmann::json;

namespace {

// 2 came with archives.
constexpr int kFormat = 2;

json to_json(const archive::Mark& mark) {
  return {{"length", mark.length}, {"sections", mark.sections}, {"digest", mark.digest}};
}

void read_archives(FilesReceipt& receipt, const json& body) {
  if (!body.at("tree_job").is_null()) receipt.tree_job = body.at("tree_job").get<std::string>();
  for (const auto& [job, mark] : body.at("archives").items()) {
    receipt.archives[job] = {.length = mark.at("length").get<std::int64_t>(),
                             .sections = mark.at("sections").get<std::int64_t>(),
                             .digest = mark.at("digest").get<std::string>()};
  }
  receipt.unarchived = body.at("unarchived").get<std::set<std::string>>();
  receipt.restored = body.at("restored").get<std::map<std::string, std::int64_t>>();
}

}  // namespace

std::string to_json_text(const FilesReceipt& receipt) {
  json answers = json::object();
  for (const auto& [key, answer] : receipt.answers) answers[key] = {{"files", answer.files}, {"digest", answer.digest}};
  json archives = json::object();
  for (const auto& [job, mark] : receipt.archives) archives[job] = to_json(mark);
  const json body = {{"format", kFormat},
                     {"epoch", receipt.epoch},
                     {"tree_files", receipt.tree_files ? json(*receipt.tree_files) : json()},
                     {"tree_job", receipt.tree_job ? json(*receipt.tree_job) : json()},
                     {"removed_files", receipt.removed_files},
                     {"answers", std::move(answers)},
                     {"archives", std::move(archives)},
                     {"unarchived", receipt.unarchived},
                     {"restored", receipt.restored}};
  return body.dump(2) + "\n";
}

FilesReceipt receipt_from_json_text(std::string_view text) {
  try {
    const auto body = json::parse(text);
    const auto format = body.at("format").get<int>();
    if (format < 1 || format > kFormat) throw Error(ErrorCode::corrupt, "a receipt has an unknown format");
    FilesReceipt receipt{.epoch = body.at("epoch").get<std::int64_t>()};
    if (!body.at("tree_files").is_null()) receipt.tree_files = body.at("tree_files").get<std::int64_t>();
    receipt.removed_files = body.at("removed_files").get<std::int64_t>();
    for (const auto& [key, answer] : body.at("answers").items()) {
      receipt.answers[key] = {answer.at("files").get<std::int64_t>(), answer.at("digest").get<std::string>()};
    }
    if (format > 1) read_archives(receipt, body);
    return receipt;
  } catch (const json::exception&) {
    throw Error(ErrorCode::corrupt, "a receipt below .tenure/ does not read back as written");
  }
}

}  // namespace tenure::store
