#pragma once

#include <string>

#include "catalog/catalog.h"

namespace tenure::store {

/// Where a transaction puts what it has to remember for itself: temporary tables; or, where it will be prepared instead
/// of committed, which temporary tables rule out, tables of the schema `tenure` that it drops at its end.
class Scratch {
 public:
  static Scratch temporary() { return Scratch(""); }
  /// `suffix` keeps it apart from any other transaction's.
  static Scratch ordinary(std::string suffix) { return Scratch("_" + std::move(suffix)); }

  bool is_temporary() const { return suffix_.empty(); }
  catalog::TableName table(const std::string& name) const {
    return {is_temporary() ? "pg_temp" : "tenure", "tenure_" + name + suffix_};
  }

 private:
  explicit Scratch(std::string suffix) : suffix_(std::move(suffix)) {}
  std::string suffix_;
};

}  // namespace tenure::store
