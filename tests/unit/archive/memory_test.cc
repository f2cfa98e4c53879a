#include <gmock/gmock.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <iostream>

#include "tests/unit/archive/archiving.h"

// C7, "streamed": memory stays flat, however long a section is.
namespace tenure::archive {
namespace {

constexpr std::size_t kContent = std::size_t{200} * 1024 * 1024;
constexpr long kAllowed = 16L * 1024;  // KiB

long resident_now() {
  long pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> pages;
  return pages * (::sysconf(_SC_PAGESIZE) / 1024);
}

long highest_resident() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

/// About 4 MiB that compress as rows do.
std::string some_rows() {
  std::string rows;
  for (std::uint32_t row = 0; rows.size() < std::size_t{4} * 1024 * 1024; ++row) {
    rows += std::to_string(row) + "\t" + std::to_string(row * 2654435761U) + "\tCroissant\t2026-03-01 12:00:00+00\n";
  }
  return rows;
}

class Memory : public Archiving {
 protected:
  /// The highest resident size of a process of its own over what it had at first, in KiB.
  template <class Action>
  static void expect_flat(Action action) {
    EXPECT_EXIT(
        {
          const auto before = resident_now();
          action();
          const auto grown = highest_resident() - before;
          std::cerr << "grown by " << grown << " KiB\n";
          ::_exit(grown < kAllowed ? 0 : 1);
        },
        testing::ExitedWithCode(0), "");
  }
};

TEST_F(Memory, IsTheSameForASectionOf200MiB) {
  const auto rows = some_rows();
  expect_flat([&] {
    Writer writer(vault_, label_, key_, [] { return Mark{}; });
    writer.begin_section(rows_of("a", "").info);
    for (std::size_t written = 0; written < kContent; written += rows.size()) writer.append(rows);
    writer.end_section(1);
    const auto mark = writer.seal();

    std::size_t seen = 0;
    Reader reader(vault_, label_, key_, mark);
    reader.read(reader.sections().front(), [&](std::string_view piece) { seen += piece.size(); });
    if (seen < kContent) ::_exit(2);
  });
}

}  // namespace
}  // namespace tenure::archive
