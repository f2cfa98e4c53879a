#include <fmt/format.h>

#include <system_error>

#include "archive/archive.h"
#include "archive/archive_file.h"
#include "base/error.h"

namespace tenure::archive {
namespace {

constexpr std::size_t kLongestService = 200;

bool is_file_name(std::string_view service) {
  return !service.empty() && service.size() <= kLongestService && service.front() != '.' &&
         service.find_first_of(std::string_view("/\0", 2)) == std::string_view::npos;
}

Error unavailable(const std::filesystem::path& path, std::string_view what, const std::error_code& error) {
  return Error(ErrorCode::unavailable, fmt::format("{}: {}: {}", path.string(), what, error.message()), Retry::later);
}

}  // namespace

std::filesystem::path Vault::file_of(const JobId& job, std::string_view service) const {
  if (!is_file_name(service)) throw Error(ErrorCode::invalid_argument, "a service's name is no name for a file");
  return directory_ / job.str() / fmt::format("{}.archive", service);
}

void Vault::remove_job(const JobId& job) const {
  std::error_code error;
  std::filesystem::remove_all(directory_ / job.str(), error);
  if (error) throw unavailable(directory_ / job.str(), "cannot be removed", error);
  // Fails too when the whole folder is missing: then the files may still be somewhere.
  sync_folder(directory_);
}

void Vault::check_writable() const {
  const auto path = directory_ / fmt::format(".writable-{}", Uuid::random().str());
  std::error_code ignored;
  try {
    const auto file = ArchiveFile::open_alone(path);
    file.write(0, std::string(4096, 'x'));
    file.sync();
    sync_folder(directory_);
  } catch (...) {
    std::filesystem::remove(path, ignored);
    throw;
  }
  std::filesystem::remove(path, ignored);
}

}  // namespace tenure::archive
