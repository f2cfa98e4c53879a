#include "estate/estate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "base/error.h"
#include "estate/problems.h"

namespace tenure::estate {
namespace {

constexpr std::size_t kLargestFile = 1024 * 1024;

/// The whole file, or what keeps it from being read in `problem`.
std::string read_text(const std::filesystem::path& file, std::string& problem) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status)) {
    problem = status.type() == std::filesystem::file_type::not_found
                  ? std::string("there is no such file")
                  : fmt::format("cannot be read: {}", error.message());
    return {};
  }
  if (std::filesystem::is_directory(status)) {
    problem = "is a folder, not a file";
    return {};
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    problem = fmt::format("cannot be read: {}", std::generic_category().message(errno));
    return {};
  }
  std::string text(kLargestFile + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) problem = "cannot be read";
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > kLargestFile) problem = "is larger than 1 MiB";
  return text;
}

}  // namespace

const Service* Estate::find_service(std::string_view wanted) const {
  const auto found = std::find_if(services.begin(), services.end(), [&](const auto& s) { return s.name == wanted; });
  return found == services.end() ? nullptr : &*found;
}

std::vector<std::string> Estate::services_by_message() const {
  std::vector<std::string> names;
  for (const auto& service : services) {
    if (std::holds_alternative<OverBroker>(service.via)) names.push_back(service.name);
  }
  return names;
}

Estate read_estate(const std::filesystem::path& file, const Variables& variables, DatabaseSource source) {
  std::string problem;
  const auto text = read_text(file, problem);
  if (!problem.empty()) {
    Problems problems(file);
    problems.add(0, "", problem);
    problems.throw_if_any();
  }
  return parse_estate(text, file, variables, source);
}

}  // namespace tenure::estate
