#include "metrics/process_families.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>

#include "metrics/families.h"

namespace tenure::metrics {
namespace {

namespace fs = std::filesystem;
using prometheus::MetricFamily;

/// proc(5): /proc/self/stat from the third field on, behind the program's name, which may hold anything.
struct Stat {
  double cpu_seconds = 0, start_seconds = 0;  ///< the latter since the machine was started
  double threads = 0, virtual_bytes = 0, resident_bytes = 0;
};

std::optional<Stat> read_stat() {
  std::ifstream file("/proc/self/stat");
  std::string text;
  if (!std::getline(file, text) || text.rfind(')') == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::vector<std::string> words;
  for (std::string word; fields >> word;) words.push_back(word);
  constexpr std::size_t kFirst = 3;
  constexpr std::size_t kLast = 24;
  if (words.size() <= kLast - kFirst) return std::nullopt;
  const auto field = [&](std::size_t number) { return std::stod(words[number - kFirst]); };
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  return Stat{.cpu_seconds = (field(14) + field(15)) / ticks,
              .start_seconds = field(22) / ticks,
              .threads = field(20),
              .virtual_bytes = field(23),
              .resident_bytes = field(kLast) * static_cast<double>(::sysconf(_SC_PAGESIZE))};
}

/// When the machine was started, in seconds since 1970.
std::optional<double> boot_time() {
  std::ifstream file("/proc/stat");
  for (std::string word; file >> word;) {
    double seconds = 0;
    if (word == "btime" && file >> seconds) return seconds;
  }
  return std::nullopt;
}

std::optional<double> count_open_files() {
  std::error_code error;
  double count = 0;
  for (fs::directory_iterator entry("/proc/self/fd", error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    ++count;
  }
  if (error) return std::nullopt;
  return count - 1;  // without the one that counts
}

}  // namespace

std::vector<MetricFamily> process_families() {
  std::vector<MetricFamily> families;
  if (const auto stat = read_stat()) {
    families.push_back(counter_family("process_cpu_seconds_total", "User and system time spent, in seconds.",
                                      {{{}, stat->cpu_seconds}}));
    if (const auto boot = boot_time()) {
      families.push_back(gauge_family("process_start_time_seconds",
                                      "When the process was started, in seconds since 1970.",
                                      {{{}, *boot + stat->start_seconds}}));
    }
    families.push_back(gauge_family("process_threads", "Threads.", {{{}, stat->threads}}));
    families.push_back(gauge_family("process_virtual_memory_bytes", "Size of the virtual memory, in bytes.",
                                    {{{}, stat->virtual_bytes}}));
    families.push_back(gauge_family("process_resident_memory_bytes", "Size of the resident memory, in bytes.",
                                    {{{}, stat->resident_bytes}}));
  }
  if (const auto files = count_open_files()) {
    families.push_back(gauge_family("process_open_fds", "Open file descriptors.", {{{}, *files}}));
  }
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    families.push_back(gauge_family("process_max_fds", "File descriptors that may be open.",
                                    {{{}, static_cast<double>(limit.rlim_cur)}}));
  }
  return families;
}

}  // namespace tenure::metrics
