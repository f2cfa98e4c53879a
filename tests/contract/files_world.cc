#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

#include "store/files/files_store.h"
#include "tests/contract/world.h"
#include "tests/support/temporary_folder.h"

namespace tenure::contract {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A folder a tenant, with files at several depths and a link that leads into another tenant's folder.
class FilesWorld final : public World {
 public:
  FilesWorld() { fs::create_directories(folder_.path() / "shared"); }

  store::TenantDataStore& data_store() override { return store_; }

  store::Counts fill(const TenantId& tenant) override {
    write(tenant, "invoice.pdf");
    write(tenant, "models/one.bin");
    write(tenant, "models/deep/er/two.bin");
    std::ofstream(folder_.path() / "shared" / "logo.png") << "everybody's";
    fs::create_directory_symlink("../shared", folder_.path() / tenant.str() / "logos");
    return {{"files", 4}};
  }

  std::string add_row(const TenantId& tenant) override {
    write(tenant, "late/" + Uuid::random().str());
    return "files";
  }

  std::int64_t rows_of(const TenantId& tenant) const override {
    const auto found = entries();
    return std::count_if(found.begin(), found.end(), [&](const auto& path) { return is_of(tenant, path); });
  }

  std::string digest_without(const std::optional<TenantId>& tenant) const override {
    std::ostringstream text;
    for (const auto& path : entries()) {
      if (tenant && is_of(*tenant, path)) continue;
      text << path << "=" << (fs::is_symlink(folder_.path() / path) ? "" : content_of(folder_.path() / path)) << ";";
    }
    return text.str();
  }

 private:
  void write(const TenantId& tenant, const fs::path& name) const {
    const auto file = folder_.path() / tenant.str() / name;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << tenant.str() << "'s " << name;
  }

  static bool is_of(const TenantId& tenant, const std::string& path) {
    return path.starts_with(tenant.str() + "/") || path.starts_with(".erasing-" + tenant.str() + "/");
  }

  /// Files and links, what Tenure keeps for itself apart.
  std::vector<std::string> entries() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) {
      const auto path = fs::relative(entry.path().parent_path(), folder_.path()) / entry.path().filename();
      if (path.begin()->string() == ".tenure" || (entry.is_directory() && !entry.is_symlink())) continue;
      found.push_back(path.lexically_normal().string());
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  const test::TemporaryFolder folder_;
  store::FilesStore store_{"artifacts", {.root = folder_.path()}, vault()};
};

}  // namespace

std::unique_ptr<World> make_files_world() { return std::make_unique<FilesWorld>(); }

}  // namespace tenure::contract
