#include "audit/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "audit/sql.h"
#include "base/error.h"

namespace tenure::audit {
namespace {

using nlohmann::json;
using signing::Evidence;

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::size_t kHashDigits = 64;
constexpr std::size_t kKeyIdDigits = 32;
constexpr std::size_t kSignatureDigits = 128;
constexpr int kAgeColumn = 5;  // of sql/find_last_checkpoint.sql

std::string hex_of(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    text += kDigits[static_cast<unsigned char>(byte) >> 4U];
    text += kDigits[static_cast<unsigned char>(byte) & 15U];
  }
  return text;
}

bool is_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of(kDigits) == std::string_view::npos;
}

std::string bytes_of(std::string_view hex) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
    bytes += static_cast<char>(kDigits.find(hex[at]) << 4U | kDigits.find(hex[at + 1]));
  }
  return bytes;
}

json what_is_signed(const Checkpoint& checkpoint) {
  return {{"at_micros", checkpoint.micros},
          {"hash", checkpoint.head.hash},
          {"key_id", checkpoint.key_id},
          {"sequence", checkpoint.head.sequence}};
}

std::string hex_field(const json& body, const char* name, std::size_t digits) {
  if (body.contains(name) && body[name].is_string() && is_hex(body[name].get_ref<const std::string&>(), digits)) {
    return body[name].get<std::string>();
  }
  throw Error(ErrorCode::invalid_argument, fmt::format("{}: not {} hexadecimal digits in lower case", name, digits));
}

std::int64_t number_field(const json& body, const char* name) {
  if (body.contains(name) && body[name].is_number_integer() && body[name] >= 1) return body[name].get<std::int64_t>();
  throw Error(ErrorCode::invalid_argument, fmt::format("{}: not a whole number of 1 or more", name));
}

Checkpoint checkpoint_of(const json& line) {
  const auto& body = line["checkpoint"];
  if (!body.is_object()) throw Error(ErrorCode::invalid_argument, "checkpoint: not an object");
  return {.head = {.sequence = number_field(body, "sequence"), .hash = hex_field(body, "hash", kHashDigits)},
          .micros = number_field(body, "at_micros"),
          .key_id = hex_field(body, "key_id", kKeyIdDigits),
          .signature = hex_field(line, "signature", kSignatureDigits)};
}

/// Of the columns that sql/list_checkpoints.sql and sql/find_last_checkpoint.sql begin with.
Checkpoint read_checkpoint(const pg::Result& rows, int row) {
  return {.head = {.sequence = rows.int64(row, 0), .hash = rows.text(row, 2)},
          .micros = rows.int64(row, 3),
          .key_id = rows.text(row, 1),
          .signature = rows.text(row, 4)};
}

std::int64_t micros_now(const Clock& clock) {
  return std::chrono::duration_cast<std::chrono::microseconds>(clock.wall().time_since_epoch()).count();
}

}  // namespace

Checkpoint sign(const Head& head, std::int64_t micros, const signing::SigningKey& key) {
  Checkpoint checkpoint{.head = head, .micros = micros, .key_id = key.public_key().id(), .signature = {}};
  checkpoint.signature = hex_of(key.sign(Evidence::audit_checkpoint, what_is_signed(checkpoint).dump()));
  return checkpoint;
}

bool is_signed_by(const Checkpoint& checkpoint, const signing::PublicKey& key) {
  return checkpoint.key_id == key.id() &&
         key.verify(Evidence::audit_checkpoint, what_is_signed(checkpoint).dump(), bytes_of(checkpoint.signature));
}

std::string to_json_text(const Checkpoint& checkpoint) {
  return json{{"checkpoint", what_is_signed(checkpoint)}, {"signature", checkpoint.signature}}.dump();
}

std::vector<Checkpoint> parse_checkpoints(std::string_view text, std::string_view name) {
  std::vector<Checkpoint> checkpoints;
  for (int number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = json::parse(text.substr(0, end), nullptr, false);
    const bool is_blank = text.substr(0, end).find_first_not_of(" \t\r") == std::string_view::npos;
    text.remove_prefix(std::min(end + 1, text.size()));
    if (is_blank) continue;
    try {
      if (!line.is_object()) throw Error(ErrorCode::invalid_argument, "not a JSON object");
      if (line.contains("checkpoint")) checkpoints.push_back(checkpoint_of(line));
    } catch (Error& error) {
      throw std::move(error.in(fmt::format("{}:{}", name, number)));
    }
  }
  if (checkpoints.empty())
    throw Error(ErrorCode::invalid_argument, fmt::format("{}: there is no checkpoint in it", name));
  return checkpoints;
}

std::optional<Checkpoint> make_checkpoint(pg::Pool& control, const signing::SigningKey& key, const Clock& clock,
                                          const Call& call) {
  auto session = control.take(call);
  const auto head = find_head(*session);
  if (head.sequence == 0) return std::nullopt;
  auto checkpoint = sign(head, micros_now(clock), key);
  session->exec(sql::kAddCheckpoint,
                pg::Params(head.sequence, checkpoint.key_id, head.hash, checkpoint.micros, checkpoint.signature));
  return checkpoint;
}

std::optional<Checkpoint> make_checkpoint_when_due(pg::Pool& control, const signing::SigningKey& key,
                                                   const Clock& clock, std::chrono::seconds interval,
                                                   const Call& call) {
  {
    auto session = control.take(call);
    const auto last = session->exec(sql::kFindLastCheckpoint);
    const bool is_recent = !last.empty() && last.int64(0, kAgeColumn) < interval.count();
    if (is_recent || (!last.empty() && last.int64(0, 0) >= find_head(*session).sequence)) return std::nullopt;
  }
  return make_checkpoint(control, key, clock, call);
}

std::optional<Checkpoint> last_checkpoint(pg::Pool& control, const Call& call) {
  auto session = control.take(call);
  const auto last = session->exec(sql::kFindLastCheckpoint);
  if (last.empty()) return std::nullopt;
  return read_checkpoint(last, 0);
}

std::vector<Checkpoint> kept_checkpoints(pg::Connection& control) {
  const auto rows = control.exec(sql::kListCheckpoints);
  std::vector<Checkpoint> kept;
  for (int row = 0; row < rows.rows(); ++row) {
    kept.push_back(read_checkpoint(rows, row));
  }
  return kept;
}

}  // namespace tenure::audit
