#include "schemas/migrations/migration_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "base/digest.h"
#include "base/error.h"
#include "schemas/migrations/script.h"

namespace tenure::schemas {
namespace {

constexpr std::string_view kUp = ".sql";
constexpr std::string_view kDown = ".down.sql";
constexpr std::size_t kFewestDigits = 4;
constexpr std::size_t kMostDigits = 6;
constexpr std::size_t kLongestName = 100;

struct FileName {
  int number = 0;
  std::string name;
  bool is_down = false;
};

/// "0007_quotes.down.sql" in its parts.
std::optional<FileName> parse_file_name(std::string_view text) {
  FileName parsed{.is_down = text.ends_with(kDown)};
  text.remove_suffix((parsed.is_down ? kDown : kUp).size());
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits < kFewestDigits || digits > kMostDigits || digits >= text.size() || text[digits] != '_')
    return std::nullopt;
  std::from_chars(text.data(), text.data() + digits, parsed.number);
  parsed.name = text.substr(digits + 1);
  const bool is_name = !parsed.name.empty() && parsed.name.size() <= kLongestName &&
                       std::all_of(parsed.name.begin(), parsed.name.end(),
                                   [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
  if (!is_name || parsed.number == 0) return std::nullopt;
  return parsed;
}

/// The names that end in .sql, sorted.
std::vector<std::filesystem::path> list_files(const std::filesystem::path& folder, std::vector<std::string>& problems) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const auto name = entry->path().filename().string();
    if (name.ends_with(kUp) && !name.starts_with('.')) files.push_back(entry->path());
  }
  if (error) problems.push_back(fmt::format("{}: the folder cannot be read", folder.string()));
  std::sort(files.begin(), files.end());
  return files;
}

class FolderReader {
 public:
  explicit FolderReader(const std::filesystem::path& folder) : folder_(folder) {}

  MigrationSet read() {
    for (const auto& file : list_files(folder_, problems_)) take(file);
    check_numbers();
    read_ways_back();
    if (!problems_.empty()) {
      auto message = problems_.front();
      if (problems_.size() > 1) message += fmt::format("; and {} more", problems_.size() - 1);
      throw Error(ErrorCode::invalid_argument, std::move(message)).with_problems(std::move(problems_));
    }
    std::vector<Migration> migrations;
    for (auto& [number, migration] : migrations_) migrations.push_back(std::move(migration));
    return MigrationSet(std::move(migrations));
  }

 private:
  void take(const std::filesystem::path& file) {
    const auto name = parse_file_name(file.filename().string());
    if (!name) {
      problems_.push_back(fmt::format("{}: is not named like 0001_name.sql: four to six digits, _, then a-z, 0-9 and _",
                                      file.string()));
      return;
    }
    if (name->is_down) {
      ways_back_.emplace_back(*name, file);
      return;
    }
    const auto [found, is_new] = migrations_.try_emplace(name->number);
    if (!is_new) {
      problems_.push_back(
          fmt::format("{}: has the number of {}", file.string(), found->second.up.file.filename().string()));
      return;
    }
    auto up = read_script(file, problems_);
    up.file = file;
    auto checksum = Digest().add(up.text).hex();
    found->second = {.number = name->number, .name = name->name, .checksum = std::move(checksum), .up = std::move(up)};
  }

  void check_numbers() {
    int expected = 1;
    for (const auto& [number, migration] : migrations_) {
      if (number != expected) {
        const auto missing = number == expected + 1 ? fmt::format("{:04}", expected)
                                                    : fmt::format("{:04} to {:04}", expected, number - 1);
        problems_.push_back(fmt::format("{}: there is no migration {} before it", migration.up.file.string(), missing));
      }
      expected = number + 1;
    }
  }

  void read_ways_back() {
    for (const auto& [name, file] : ways_back_) {
      const auto found = migrations_.find(name.number);
      if (found == migrations_.end() || found->second.name != name.name) {
        problems_.push_back(fmt::format("{}: there is no migration that it is the way back from", file.string()));
      } else {
        found->second.down = read_script(file, problems_);
      }
    }
  }

  const std::filesystem::path folder_;
  std::map<int, Migration> migrations_;
  std::vector<std::pair<FileName, std::filesystem::path>> ways_back_;
  std::vector<std::string> problems_;
};

}  // namespace

std::string_view to_string(Scope scope) { return scope == Scope::shared ? "shared" : "tenant"; }

MigrationSet::MigrationSet(std::vector<Migration> migrations) : migrations_(std::move(migrations)) {
  for (const auto& migration : migrations_) {
    histories_.push_back(
        Digest().add(histories_.back()).add(std::to_string(migration.number)).add(migration.checksum).hex());
  }
}

MigrationSet read_migrations(const std::filesystem::path& folder, Scope scope) {
  const auto own = folder / to_string(scope);
  const auto other = folder / to_string(scope == Scope::shared ? Scope::tenant : Scope::shared);
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) {
    throw Error(ErrorCode::invalid_argument, fmt::format("{}: is not a folder, or cannot be entered", folder.string()));
  }
  const auto status = std::filesystem::status(own, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    if (std::filesystem::is_directory(other, error)) return {};
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: has neither shared/ nor tenant/ with migrations", folder.string()));
  }
  return FolderReader(own).read();
}

}  // namespace tenure::schemas
