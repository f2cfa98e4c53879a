#pragma once

#include <filesystem>
#include <string>

#include "archive/archive.h"
#include "tests/support/temporary_folder.h"

namespace tenure::test {

/// An archive of a test's own.
class TestVault {
 public:
  const archive::Vault& vault() const { return vault_; }
  std::filesystem::path file_of(const JobId& job, const std::string& service = "shop") const {
    return vault_.file_of(job, service);
  }
  archive::WrappedKey key_for(const JobId& job) const { return vault_.keys().wrap(archive::DataKey::random(), job); }

 private:
  const TemporaryFolder folder_;
  const archive::Vault vault_{folder_.path(), archive::KeyRing::parse(archive::KeyRing::generate("k1"))};
};

}  // namespace tenure::test
