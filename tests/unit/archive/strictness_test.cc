#include <gmock/gmock.h>
#include <zstd.h>

#include "archive/bytes.h"
#include "archive/format.h"
#include "archive/secret_stream.h"
#include "tests/unit/archive/archiving.h"

// C7: a reader takes nothing on trust, not even from a writer that had the key. Each test is a section that decrypts
// and is wrong in one way.
namespace tenure::archive {
namespace {

using testing::HasSubstr;

std::string frame_of(const std::string& content) {
  std::string frame(ZSTD_compressBound(content.size()), '\0');
  frame.resize(ZSTD_compress(frame.data(), frame.size(), content.data(), content.size(), 1));
  return frame;
}

struct Message {
  Tag tag;
  std::string plain;
};

class Strictness : public Archiving {
 protected:
  static constexpr const char* kContent = "1\t2\n";

  FileKey file_key_ = derive_file_key(data_key_, label_.job, label_.service);

  /// What a section with kContent is made of; a test changes it.
  std::string description_ = describe(rows_of("t", "").info, label_, file_key_, 0);
  std::vector<std::string> content_{frame_of(kContent)};
  std::string footer_ = to_bytes({.rows = 1, .bytes = 4, .digest = hash_of(kContent)});
  std::vector<Message> messages() const {
    std::vector<Message> all{{Tag::description, description_}};
    for (const auto& piece : content_) all.push_back({Tag::content, piece});
    all.push_back({Tag::footer, footer_});
    return all;
  }

  /// Writes a file with these messages and returns what a reader says of it.
  Failure failure_of_reading(const std::vector<Message>& messages, std::int64_t wrong_size = 0) {
    const auto header = header_of(file_key_);
    const auto before = hash_of(header);
    Sealer sealer(file_key_.bytes);
    auto section = before + sealer.header();
    for (std::size_t at = 0; at < messages.size(); ++at) {
      put_u32(section, static_cast<std::uint32_t>(messages[at].plain.size() + kMessageOverhead));
      sealer.seal(section, messages[at].plain, messages[at].tag, at == 0 ? position_of(before, 0) : std::string());
    }
    put_u64(section, static_cast<std::uint64_t>(static_cast<std::int64_t>(section.size()) + 8 + wrong_size));
    std::filesystem::create_directories(path().parent_path());
    put_bytes(header + section);
    const Mark mark{.length = static_cast<std::int64_t>(header.size() + section.size()),
                    .sections = 1,
                    .digest = to_hex(hash_of(section))};
    try {
      read(mark);
      return {.message = "none"};
    } catch (const Error& error) {
      return {error.code(), error.retry(), error.what()};
    }
  }
  void expect_corrupt(const std::string& why, std::int64_t wrong_size = 0) {
    const auto failure = failure_of_reading(messages(), wrong_size);
    EXPECT_EQ(failure.code, ErrorCode::corrupt);
    EXPECT_THAT(failure.message, HasSubstr(why));
  }
};

TEST_F(Strictness, AcceptsASectionAsItShouldBe) { EXPECT_EQ(failure_of_reading(messages()).message, "none"); }

TEST_F(Strictness, AcceptsContentInMessagesOfAnySize) {
  const auto frame = content_.front();
  content_ = {frame.substr(0, 1), "", frame.substr(1, 3), frame.substr(4)};
  EXPECT_EQ(failure_of_reading(messages()).message, "none");
}

TEST_F(Strictness, NoticesAFooterOfOtherContent) {
  footer_ = to_bytes({.rows = 1, .bytes = 4, .digest = hash_of("1\t3\n")});
  expect_corrupt("not what its footer says");
}

TEST_F(Strictness, NoticesAFooterOfAnotherLength) {
  footer_ = to_bytes({.rows = 1, .bytes = 5, .digest = hash_of(kContent)});
  expect_corrupt("not what its footer says");
}

TEST_F(Strictness, NoticesAFooterOfAnotherForm) {
  const auto footer = footer_;
  footer_ += "x";
  expect_corrupt("its footer is longer");
  footer_ = footer.substr(1);
  expect_corrupt("cut short");
  footer_ = std::string(48, '\xff');
  expect_corrupt("a number is too large");
}

TEST_F(Strictness, NoticesAFrameThatIsNotComplete) {
  content_.front().pop_back();
  expect_corrupt("");
  content_.clear();
  footer_ = to_bytes({.rows = 0, .bytes = 0, .digest = hash_of("")});
  expect_corrupt("not what its footer says");
}

TEST_F(Strictness, NoticesSomethingBehindTheFrame) {
  content_.push_back("x");
  expect_corrupt("something stands behind its content");
  content_ = {frame_of(kContent) + frame_of("")};
  expect_corrupt("something stands behind its content");
}

TEST_F(Strictness, NoticesContentThatIsNoFrame) {
  content_ = {"no frame"};
  expect_corrupt("zstd");
}

TEST_F(Strictness, NoticesAFrameThatWantsMoreMemoryThanTheFormatAllows) {
  // A frame's header with a window of 1 GiB (RFC 8878, section 3.1.1.1).
  content_ = {std::string("\x28\xb5\x2f\xfd\x00\xa0", 6) + std::string(10, '\0')};
  expect_corrupt("zstd");
}

TEST_F(Strictness, NoticesMessagesOfAnotherKindOrOrder) {
  auto all = messages();
  std::swap(all[0], all[1]);
  EXPECT_THAT(failure_of_reading(all).message, HasSubstr("does not begin with its description"));
  all = messages();
  all.insert(all.begin() + 1, all[0]);
  EXPECT_THAT(failure_of_reading(all).message, HasSubstr("a message of another kind"));
  all = messages();
  all.pop_back();
  EXPECT_EQ(failure_of_reading(all).code, ErrorCode::corrupt);
  all = messages();
  all.push_back(all.back());
  EXPECT_EQ(failure_of_reading(all).code, ErrorCode::corrupt);
}

TEST_F(Strictness, NoticesAnotherLengthThanItSays) {
  expect_corrupt("of another length", 1);
  expect_corrupt("of another length", -1);
}

TEST_F(Strictness, NoticesADescriptionOfAnotherForm) {
  const auto description = description_;
  description_ += "x";
  expect_corrupt("its description is longer");
  for (std::size_t length = 0; length < description.size(); ++length) {
    description_ = description.substr(0, length);
    expect_corrupt("");
  }
}

TEST_F(Strictness, NoticesADescriptionOfAnotherPlace) {
  description_ = describe(rows_of("t", "").info, label_, file_key_, 1);
  expect_corrupt("stands in another place");
}

TEST_F(Strictness, NoticesAMessageLongerThanTheFormatAllows) {
  content_ = {std::string(1024 * 1024 + 1, 'x')};
  expect_corrupt("a message is too long");
}

}  // namespace
}  // namespace tenure::archive
