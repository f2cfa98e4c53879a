#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sodium.h>
#include <zstd.h>

#include <array>
#include <vector>

#include "tests/unit/archive/archiving.h"

// C7: a reader that follows docs/archive_format.md and nothing else, as somebody would write it in another language.
// Only the file itself comes from Tenure's code.
namespace tenure::archive {
namespace {

using Bytes = std::vector<unsigned char>;

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }
std::string text_of(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

Bytes blake2b(std::size_t bits, const Bytes& input, const Bytes& key = {}) {
  Bytes out(bits / 8);
  crypto_generichash(out.data(), out.size(), input.data(), input.size(), key.empty() ? nullptr : key.data(),
                     key.size());
  return out;
}

std::string hex(const Bytes& bytes) {
  std::string text;
  for (const auto byte : bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

Bytes from_base64(const std::string& text) {
  Bytes bytes(text.size());
  std::size_t size = 0;
  if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size, nullptr,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
    ADD_FAILURE() << "not base64url";
  }
  bytes.resize(size);
  return bytes;
}

struct Cursor {
  const Bytes& bytes;
  std::size_t at = 0;

  Bytes take(std::size_t size) {
    if (size > bytes.size() - at) throw std::runtime_error("cut short");
    at += size;
    return {bytes.begin() + static_cast<std::ptrdiff_t>(at - size), bytes.begin() + static_cast<std::ptrdiff_t>(at)};
  }
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    const auto taken = take(size);
    for (std::size_t i = size; i > 0; --i) value = value << 8 | taken[i - 1];
    return value;
  }
  std::string text() { return text_of(take(number(4))); }
  std::vector<std::string> texts() {
    std::vector<std::string> list(number(4));
    for (auto& item : list) item = text();
    return list;
  }
};

Bytes unwrap(const Bytes& ring_key, const std::string& wrapped, const std::string& id, const std::string& job) {
  EXPECT_EQ(wrapped.substr(0, 4 + id.size()), "v1." + id + ".");
  const auto bytes = from_base64(wrapped.substr(4 + id.size()));
  EXPECT_EQ(bytes.size(), 72U);
  const auto additional = bytes_of("tenure.archive.v1.wrapped_key\n" + id + "\n" + job);
  Bytes data_key(32);
  EXPECT_EQ(
      crypto_aead_xchacha20poly1305_ietf_decrypt(data_key.data(), nullptr, nullptr, bytes.data() + 24, 48,
                                                 additional.data(), additional.size(), bytes.data(), ring_key.data()),
      0);
  return data_key;
}

struct ReadSection {
  std::uint64_t content = 0;
  std::string schema, name, root, bytes;
  std::vector<std::string> columns, key;
  std::uint64_t mode = 0, rows = 0, number = 0;
  std::vector<std::size_t> message_sizes;
};

std::string unzstd(const Bytes& frame) {
  std::string content(1 << 20, '\0');
  const auto size = ZSTD_decompress(content.data(), content.size(), frame.data(), frame.size());
  if (ZSTD_isError(size) != 0) throw std::runtime_error(ZSTD_getErrorName(size));
  content.resize(size);
  return content;
}

/// What the description must say before its section number.
struct Expected {
  Bytes key_id;
  std::string job, service, subject;
};

ReadSection read_description(const Bytes& plain, const Expected& expected) {
  Cursor at{plain};
  ReadSection section;
  EXPECT_EQ(at.number(4), 1U);
  EXPECT_EQ(at.take(16), expected.key_id);
  EXPECT_EQ(at.text(), expected.job);
  EXPECT_EQ(at.text(), expected.service);
  EXPECT_EQ(at.number(1), 0U);
  EXPECT_EQ(at.text(), expected.subject);
  section.number = at.number(8);
  section.content = at.number(1);
  section.schema = at.text();
  section.name = at.text();
  section.columns = at.texts();
  section.key = at.texts();
  section.root = at.text();
  section.mode = at.number(8);
  EXPECT_EQ(at.at, plain.size());
  return section;
}

/// Reads the section at `file.at`; `number` is which one it must be, `before` the digest of what stands before it.
ReadSection read_section(Cursor& file, const Bytes& file_key, std::uint64_t number, const Bytes& before,
                         const Expected& expected) {
  const auto begin = file.at;
  EXPECT_EQ(file.take(32), before);
  const auto header = file.take(24);
  crypto_secretstream_xchacha20poly1305_state stream;
  EXPECT_EQ(crypto_secretstream_xchacha20poly1305_init_pull(&stream, header.data(), file_key.data()), 0);

  auto additional = before;
  for (unsigned byte = 0; byte < 8; ++byte) additional.push_back(static_cast<unsigned char>(number >> (8 * byte)));
  ReadSection section;
  Bytes frame;
  for (bool is_first = true;; is_first = false) {
    const auto cipher = file.take(file.number(4));
    Bytes plain(cipher.size() - 17);
    unsigned char tag = 0;
    if (crypto_secretstream_xchacha20poly1305_pull(&stream, plain.data(), nullptr, &tag, cipher.data(), cipher.size(),
                                                   is_first ? additional.data() : nullptr,
                                                   is_first ? additional.size() : 0) != 0) {
      throw std::runtime_error("does not decrypt");
    }
    if (is_first) {
      EXPECT_EQ(tag, 1);
      section = read_description(plain, expected);
    } else if (tag == 0) {
      section.message_sizes.push_back(plain.size());
      frame.insert(frame.end(), plain.begin(), plain.end());
    } else {
      EXPECT_EQ(tag, 3);
      Cursor footer{plain};
      section.bytes = unzstd(frame);
      section.rows = footer.number(8);
      EXPECT_EQ(footer.number(8), section.bytes.size());
      EXPECT_EQ(footer.take(32), blake2b(256, bytes_of(section.bytes)));
      EXPECT_EQ(footer.at, plain.size());
      break;
    }
  }
  const auto size = file.number(8);
  EXPECT_EQ(size, file.at - begin);
  return section;
}

class DocumentedBytes : public Archiving {
 protected:
  /// All sections up to the mark, from what an operator has: a line of the key ring, the wrapped key and the file.
  std::vector<ReadSection> read_as_documented(const Mark& mark) const {
    const auto data_key = unwrap(bytes_of(std::string(32, 'K')), key_.text, "k1", kJob);
    const auto file_key =
        blake2b(256, bytes_of(std::string("tenure.archive.v1.file\n") + kJob + "\n" + "orders"), data_key);
    const auto key_id = blake2b(128, bytes_of("tenure.archive.v1.key_id"), data_key);

    const auto bytes = bytes_of(this->bytes());
    Cursor file{bytes};
    EXPECT_EQ(text_of(file.take(8)), "TENUREAR");
    EXPECT_EQ(file.number(4), 1U);
    EXPECT_EQ(file.take(16), key_id);

    auto digest = blake2b(256, Bytes(bytes.begin(), bytes.begin() + 28));
    std::vector<ReadSection> sections;
    while (file.at < static_cast<std::size_t>(mark.length)) {
      const auto begin = static_cast<std::ptrdiff_t>(file.at);
      sections.push_back(read_section(file, file_key, sections.size(), digest, {key_id, kJob, "orders", kTenant}));
      digest = blake2b(256, Bytes(bytes.begin() + begin, bytes.begin() + static_cast<std::ptrdiff_t>(file.at)));
    }
    EXPECT_EQ(file.at, static_cast<std::size_t>(mark.length));
    EXPECT_EQ(sections.size(), static_cast<std::size_t>(mark.sections));
    EXPECT_EQ(hex(digest), mark.digest);
    return sections;
  }

  DocumentedBytes() {
    ring_ = KeyRing::parse(Secret("k1:S0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0s"));
    vault_ = Vault(folder_.path(), ring_);
    key_ = ring_.wrap(data_key_, label_.job);
  }
};

TEST_F(DocumentedBytes, AreEnoughToReadAFile) {
  auto mark = write({rows_of("items", "1\t2\n3\t\\N\n", 2), file_at("a/b.bin", noise(200000))});
  mark = write({changed_rows_of("notes", "1\t2\tx\n"), rows_of("empty", "", 0)}, mark);
  put_bytes(bytes() + "of a transaction that did not commit");

  const auto sections = read_as_documented(mark);
  ASSERT_EQ(sections.size(), 4U);
  using List = std::vector<std::string>;
  const auto& rows = sections[0];
  EXPECT_EQ(rows.content, 0U);
  EXPECT_EQ(rows.schema + "." + rows.name, "public.items");
  EXPECT_EQ(rows.columns, (List{"id", "tenant_id"}));
  EXPECT_EQ(rows.rows, 2U);
  EXPECT_EQ(rows.bytes, "1\t2\n3\t\\N\n");
  const auto& file = sections[1];
  EXPECT_EQ(file.content, 2U);
  EXPECT_EQ(file.root + ":" + file.name, "artifacts:a/b.bin");
  EXPECT_EQ(file.mode, 0640U);
  EXPECT_EQ(file.bytes, noise(200000));
  EXPECT_EQ(file.message_sizes.size(), 4U);
  EXPECT_EQ(file.message_sizes[0], 65536U);
  const auto& changed = sections[2];
  EXPECT_EQ(changed.content, 1U);
  EXPECT_EQ(changed.columns, (List{"id", "part", "user_id"}));
  EXPECT_EQ(changed.key, (List{"id", "part"}));
  EXPECT_EQ(sections[3].bytes, "");
  EXPECT_EQ(sections[3].rows, 0U);
  for (std::size_t at = 0; at < sections.size(); ++at) EXPECT_EQ(sections[at].number, at);
}

TEST_F(DocumentedBytes, OfAFileWithoutSectionsAreItsHeader) {
  const auto mark = write({});
  EXPECT_EQ(mark.length, 28);
  EXPECT_TRUE(read_as_documented(mark).empty());
}

}  // namespace
}  // namespace tenure::archive
