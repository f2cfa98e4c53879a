#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tenure::estate {

/// Collects everything that is wrong with one estate file, so that a person repairs it in one go.
class Problems {
 public:
  explicit Problems(const std::filesystem::path& file) : file_(file.string()) {}

  /// `line` counts from 1; 0 stands for the file as a whole. `path` is the key, "services.orders.timeout", or empty.
  void add(int line, std::string_view path, std::string_view what);
  /// @throws Error(invalid_argument) with every problem in the order of the lines, when there is any.
  void throw_if_any() const;

 private:
  struct Problem {
    int line;
    std::string text;
  };

  std::string file_;
  std::vector<Problem> problems_;
};

/// Text of the file in a form that fits a message: on one line, printable, and not longer than a message should be.
std::string shown(std::string_view text);

/// The known word that `word` is most likely a slip of; empty when none is near.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace tenure::estate
