#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "archive/archive.h"
#include "base/error.h"
#include "tests/support/temporary_folder.h"

namespace tenure::archive {

/// A section as a test writes it and reads it back.
struct Chapter {
  SectionInfo info;
  std::string content;
  std::int64_t rows = 0;
  bool operator==(const Chapter&) const = default;
};

Chapter rows_of(const std::string& table, const std::string& content, std::int64_t rows = 1);
Chapter changed_rows_of(const std::string& table, const std::string& content);
Chapter file_at(const std::string& path, const std::string& content);

/// `size` bytes that do not compress, the same for the same seed.
std::string noise(std::size_t size, std::uint32_t seed = 1);

/// The code of what `action` throws, and its message.
struct Failure {
  ErrorCode code = ErrorCode::internal;
  Retry retry = Retry::never;
  std::string message;
};
template <class Action>
Failure failure_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return {error.code(), error.retry(), error.what()};
  }
  ADD_FAILURE() << "no error";
  return {};
}
template <class Action>
ErrorCode error_of(Action action) {
  return failure_of(action).code;
}

/// One archive in a folder of the test's own.
class Archiving : public testing::Test {
 protected:
  static constexpr const char* kJob = "2f8fad5b-d9cb-469f-a165-70867728950e";
  static constexpr const char* kTenant = "0f8fad5b-d9cb-469f-a165-70867728950e";

  /// Appends behind `committed` and seals.
  Mark write(const std::vector<Chapter>& chapters, const Mark& committed = {}) const;
  std::vector<Chapter> read(const Mark& mark) const;

  std::filesystem::path path() const { return vault_.file_of(label_.job, label_.service); }
  std::string bytes() const;
  void put_bytes(const std::string& bytes) const;

  test::TemporaryFolder folder_;
  KeyRing ring_ = KeyRing::parse(KeyRing::generate("k1"));
  Vault vault_{folder_.path(), ring_};
  Label label_{.job = JobId::parse(kJob), .service = "orders", .subject = TenantId::parse(kTenant)};
  DataKey data_key_ = DataKey::random();
  WrappedKey key_ = ring_.wrap(data_key_, label_.job);
};

}  // namespace tenure::archive
