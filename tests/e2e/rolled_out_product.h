#pragma once

#include <string>

#include "tests/e2e/server.h"
#include "tests/support/database.h"
#include "tests/support/temporary_folder.h"

namespace tenure::e2e {

/// A product in a database of its own that is rolled out by deploy/roll_out as processes on this machine. What serves
/// when the test ends is ended with it.
class RolledOutProduct {
 public:
  RolledOutProduct();
  ~RolledOutProduct();
  RolledOutProduct(const RolledOutProduct&) = delete;
  RolledOutProduct& operator=(const RolledOutProduct&) = delete;

  /// A folder with a program of its own, the product's estate and, of its migrations, so many: 0001 makes orders.
  std::string release(const std::string& name, int migrations = 1) const;
  void write(const std::string& file, const std::string& text) const { folder_.write(file, text); }
  std::string path(const std::string& file) const { return (folder_ / file).string(); }
  void remove(const std::string& file) const { std::filesystem::remove_all(folder_ / file); }

  /// A file of deploy/.
  static std::string script(const std::string& name);
  Environment environment() const;
  test::Finished roll_out(const std::string& release, Environment more = {}) const;

  /// What serves now: the process, its address, the release, and whether it says that it is in order.
  int pid() const;
  std::string url() const;
  std::string current() const;
  int health() const;
  std::string value(std::string_view query) const { return database_.value(query); }
  /// Waits for the end of a process.
  static bool has_ended(int pid);

 private:
  std::string text_of(const std::string& file) const;

  const test::TestDatabase database_;
  const test::TemporaryFolder folder_;
};

}  // namespace tenure::e2e
