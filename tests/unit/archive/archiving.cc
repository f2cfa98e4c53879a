#include "tests/unit/archive/archiving.h"

#include <fstream>
#include <iterator>
#include <random>

namespace tenure::archive {

Chapter rows_of(const std::string& table, const std::string& content, std::int64_t rows) {
  return {{.content = Content::deleted_rows, .schema = "public", .name = table, .columns = {"id", "tenant_id"}},
          content,
          rows};
}

Chapter changed_rows_of(const std::string& table, const std::string& content) {
  return {{.content = Content::changed_rows,
           .schema = "public",
           .name = table,
           .columns = {"id", "part", "user_id"},
           .key = {"id", "part"}},
          content,
          1};
}

Chapter file_at(const std::string& path, const std::string& content) {
  return {{.content = Content::file, .name = path, .root = "artifacts", .mode = 0640}, content, 1};
}

std::string noise(std::size_t size, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::string bytes(size, '\0');
  for (auto& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

Mark Archiving::write(const std::vector<Chapter>& chapters, const Mark& committed) const {
  Writer writer(vault_, label_, key_, [&] { return committed; });
  for (const auto& chapter : chapters) {
    writer.begin_section(chapter.info);
    writer.append(chapter.content);
    writer.end_section(chapter.rows);
  }
  return writer.seal();
}

std::vector<Chapter> Archiving::read(const Mark& mark) const {
  Reader reader(vault_, label_, key_, mark);
  std::vector<Chapter> chapters;
  for (const auto& section : reader.sections()) {
    Chapter chapter{section.info, {}, section.rows};
    reader.read(section, [&](std::string_view piece) { chapter.content += piece; });
    EXPECT_EQ(static_cast<std::int64_t>(chapter.content.size()), section.bytes);
    EXPECT_EQ(section.number, static_cast<std::int64_t>(chapters.size()));
    chapters.push_back(std::move(chapter));
  }
  return chapters;
}

std::string Archiving::bytes() const {
  std::ifstream file(path(), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Not by truncating to nothing first: after that, ext4 waits for the disk when the file is closed.
void Archiving::put_bytes(const std::string& bytes) const {
  std::ofstream(path(), std::ios::binary | std::ios::app).close();
  std::fstream(path(), std::ios::binary | std::ios::in | std::ios::out) << bytes;
  std::filesystem::resize_file(path(), bytes.size());
}

}  // namespace tenure::archive
