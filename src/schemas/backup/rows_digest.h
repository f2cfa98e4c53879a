#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tenure::schemas {

/// A digest over rows in any order: equal for the same rows, however they are stored. A value.
class RowsDigest {
 public:
  /// One row as COPY writes it.
  void add(std::string_view row);
  /// The rows of another table too.
  void add(const RowsDigest& others);
  std::int64_t rows() const { return rows_; }
  /// "3:0123456789abcdef0123456789abcdef"
  std::string text() const;
  bool operator==(const RowsDigest&) const = default;

 private:
  std::int64_t rows_ = 0;
  std::uint64_t high_ = 0;  // sums of two halves of each row's hash, which no order changes
  std::uint64_t low_ = 0;
};

}  // namespace tenure::schemas
