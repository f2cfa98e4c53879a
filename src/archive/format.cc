#include "archive/format.h"

#include <fmt/format.h>

#include "archive/bytes.h"
#include "base/error.h"

namespace tenure::archive {
namespace {

Error corrupt(const std::string& what) { return Error(ErrorCode::corrupt, what); }

std::string keyed_hash(const DataKey& key, std::size_t size, std::string_view text) {
  const auto& bytes = key.bytes().reveal();
  std::string out(size, '\0');
  crypto_generichash(raw(out), size, raw(text), text.size(), raw(bytes), bytes.size());
  return out;
}

void put_texts(std::string& to, const std::vector<std::string>& texts) {
  put_u32(to, static_cast<std::uint32_t>(texts.size()));
  for (const auto& text : texts) put_text(to, text);
}

std::vector<std::string> take_texts(ByteReader& from) {
  std::vector<std::string> texts;
  for (auto left = from.u32(); left > 0; --left) texts.emplace_back(from.text());
  return texts;
}

Content content_of(std::uint8_t number) {
  if (number > static_cast<std::uint8_t>(Content::file)) throw corrupt("it holds a kind of content that is not known");
  return static_cast<Content>(number);
}

/// The part of the description that is the same in every section of a file.
std::string binding_of(const Label& label, const FileKey& key) {
  std::string bytes;
  put_u32(bytes, kVersion);
  bytes += key.id;
  put_text(bytes, label.job.str());
  put_text(bytes, label.service);
  put_u8(bytes, kind_of(label.subject) == SubjectKind::tenant ? 0 : 1);
  put_text(bytes, id_of(label.subject));
  return bytes;
}

}  // namespace

FileKey derive_file_key(const DataKey& key, const JobId& job, std::string_view service) {
  return {.bytes = Secret(keyed_hash(key, crypto_secretstream_xchacha20poly1305_KEYBYTES,
                                     fmt::format("tenure.archive.v1.file\n{}\n{}", job.str(), service))),
          .id = keyed_hash(key, kKeyIdSize, "tenure.archive.v1.key_id")};
}

std::string header_of(const FileKey& key) {
  std::string bytes(kMagic);
  put_u32(bytes, kVersion);
  return bytes + key.id;
}

void check_header(std::string_view header, const FileKey& key) {
  ByteReader reader(header);
  if (reader.take(kMagic.size()) != kMagic) throw corrupt("is not an archive");
  if (const auto version = reader.u32(); version != kVersion) {
    throw corrupt(fmt::format("has format version {}, and only {} is known", version, kVersion));
  }
  if (reader.take(kKeyIdSize) != key.id) throw corrupt("was written with another data key");
}

std::string describe(const SectionInfo& info, const Label& label, const FileKey& key, std::int64_t number) {
  auto bytes = binding_of(label, key);
  put_u64(bytes, static_cast<std::uint64_t>(number));
  put_u8(bytes, static_cast<std::uint8_t>(info.content));
  put_text(bytes, info.schema);
  put_text(bytes, info.name);
  put_texts(bytes, info.columns);
  put_texts(bytes, info.key);
  put_text(bytes, info.root);
  put_u64(bytes, static_cast<std::uint64_t>(info.mode));
  if (bytes.size() > kLargestMessage) {
    throw Error(ErrorCode::invalid_argument, "the names of a section's columns take more than 1 MiB");
  }
  return bytes;
}

SectionInfo read_description(std::string_view bytes, const Label& label, const FileKey& key, std::int64_t number) {
  const auto binding = binding_of(label, key);
  ByteReader reader(bytes);
  if (reader.left() < binding.size() || reader.take(binding.size()) != binding) {
    throw corrupt("it is of another job, service, subject or key");
  }
  if (reader.i64() != number) throw corrupt("it stands in another place than it was written at");
  SectionInfo info;
  info.content = content_of(reader.u8());
  info.schema = reader.text();
  info.name = reader.text();
  info.columns = take_texts(reader);
  info.key = take_texts(reader);
  info.root = reader.text();
  info.mode = reader.i64();
  if (!reader.is_at_end()) throw corrupt("its description is longer than it should be");
  return info;
}

std::string to_bytes(const Footer& footer) {
  std::string bytes;
  put_u64(bytes, static_cast<std::uint64_t>(footer.rows));
  put_u64(bytes, static_cast<std::uint64_t>(footer.bytes));
  return bytes + footer.digest;
}

Footer read_footer(std::string_view bytes) {
  ByteReader reader(bytes);
  Footer footer{.rows = reader.i64(), .bytes = reader.i64(), .digest = std::string(reader.take(kHashSize))};
  if (!reader.is_at_end()) throw corrupt("its footer is longer than it should be");
  return footer;
}

std::string position_of(std::string_view digest_before, std::int64_t number) {
  std::string bytes(digest_before);
  put_u64(bytes, static_cast<std::uint64_t>(number));
  return bytes;
}

}  // namespace tenure::archive
