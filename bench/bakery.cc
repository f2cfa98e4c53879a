#include "bench/bakery.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <thread>

#include "base/error.h"
#include "bench/child_process.h"
#include "erasure/deletion_preview.h"
#include "identity/accounts.h"
#include "tenancy/tenants.h"

namespace tenure::bench {
namespace {

namespace fs = std::filesystem;

const TenantId kTenant = TenantId::parse("11111111-1111-4111-8111-111111111111");
const TenantId kNeighbour = TenantId::parse("22222222-2222-4222-8222-222222222222");
const TenantId kStranger = TenantId::parse("44444444-4444-4444-8444-444444444444");
constexpr const char* kName = "Sunrise Bakery";
constexpr std::int64_t kTenantRecordRows = 13;

// The largest first, so that two workers end at about the same time; the tenant record is not among them: it is last.
const std::vector<std::string> kDataServices = {"pos",       "notification", "forecasting",     "sales",
                                                "orders",    "training",     "alert_processor", "production",
                                                "inventory", "suppliers",    "external",        "recipes"};

std::vector<std::string> databases() {
  auto names = kDataServices;
  names.insert(names.end(), {"tenant", "control"});
  return names;
}

std::string variable_of(const std::string& database) {
  std::string name = database + "_DATABASE_URL";
  std::ranges::transform(name, name.begin(),
                         [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
  return name;
}

void set_variable(const std::string& name, const std::string& value) { setenv(name.c_str(), value.c_str(), 1); }

erasure::DeletionPreview preview_of(cli::Assembly& assembly) {
  return {.tenant = kTenant,
          .tenant_name = {},
          .services = erasure::preview_services(assembly.orchestrator().endpoints(), kTenant, {})};
}

/// The bakery's estate file without its section `archive:`, which is measured by itself: scripts by hand keep none.
fs::path write_estate_without_archive(const fs::path& folder) {
  std::ifstream all(source_folder() / "examples/bakery/estate.yaml");
  const auto path = folder / "bakery.yaml";
  std::ofstream kept(path);
  bool is_archive = false;
  for (std::string line; std::getline(all, line);) {
    is_archive = line == "archive:" || (is_archive && !line.empty());
    if (!is_archive) kept << line << "\n";
  }
  return path;
}

Error unexpected(const std::string& what) { return Error(ErrorCode::internal, what); }

}  // namespace

Bakery::Bakery(const Server& server, int rows)
    : server_(server),
      rows_(rows),
      estate_file_(write_estate_without_archive(server.folder())),
      artifacts_(server.folder() / "artifacts") {
  seed();
  point_at("_seeded");
  set_variable("PSEUDONYM_KEY", "a key for benchmarks only");
  set_variable("ARTIFACT_ROOT", artifacts_.string());
  {
    // Tenure's own tables are made once in the life of a database, so that they are part of the seeded state.
    const auto assembly = assemble();
    assembly->install_control_schema();
    for (const auto& service : assembly->hosted_services()) {
      service.data_store->erase({.subject = kStranger}, Call::within(Milliseconds(60'000)), {});
    }
  }
  for (const auto& database : databases()) server_.freeze(database + "_seeded");
  point_at("");
}

Bakery::~Bakery() {
  std::error_code ignored;
  fs::remove_all(artifacts_, ignored);
  fs::remove_all(artifacts_.string() + "_seeded", ignored);
  try {
    for (const auto& database : databases()) {
      server_.drop(database);
      server_.drop(database + "_seeded");
    }
  } catch (const std::exception&) {
    return;  // the whole server goes at the end of the run
  }
}

void Bakery::seed() const {
  std::cout << fmt::format("  seeding the bakery, {} rows a tenant ...", rows_) << std::endl;
  const auto folder = source_folder() / "examples/bakery";
  fs::create_directories(artifacts_);
  for (const auto& database : databases()) {
    server_.create(database + "_seeded");
    auto connection = server_.connect(database + "_seeded");
    if (database == "tenant") {
      tenancy::install_schema(connection);
    } else if (database == "control") {
      identity::install_schema(connection);
    } else {
      connection.run_script(sql(script_for(folder / "schemas" / (database + ".sql"), kTenant)));
    }
  }
  run_child({"python3", (folder / "seed.py").string(), "--dsn", server_.conninfo("{database}_seeded"),
             "--artifact-root", artifacts_.string() + "_seeded", "--tenant", fmt::format("{}={}", kTenant.str(), kName),
             "--tenant", kNeighbour.str(), "--rows", std::to_string(rows_)});
}

void Bakery::point_at(const std::string& suffix) const {
  for (const auto& database : databases()) set_variable(variable_of(database), server_.url(database + suffix));
}

void Bakery::reset() {
  for (const auto& database : databases()) server_.copy(database + "_seeded", database);
  fs::remove_all(artifacts_);
  fs::copy(artifacts_.string() + "_seeded", artifacts_, fs::copy_options::recursive);
  server_.settle();
}

std::unique_ptr<cli::Assembly> Bakery::assemble() const {
  return std::make_unique<cli::Assembly>(
      cli::AssemblySettings{.estate_file = estate_file_, .embedded = false, .state = server_.folder() / "state"});
}

void Bakery::erase(cli::Assembly& assembly, const erasure::ErasureListener& listener) const {
  const auto job = assembly.erase_tenant().run_to_end({.tenant = kTenant, .initiated_by = {}}, "bench", {}, listener);
  if (job.state != jobs::JobState::completed) throw unexpected("the job did not complete");
  for (const auto& step : job.steps) {
    if (!step.errors.empty()) throw unexpected(fmt::format("{}: {}", step.service, step.errors.front()));
  }
}

void Bakery::preview(cli::Assembly& assembly) const {
  const auto preview = preview_of(assembly);
  if (!preview.is_complete()) throw unexpected("the preview is not complete");
  if (preview.total_items() < rows_ + kTenantRecordRows) {
    throw unexpected(fmt::format("the preview counts {} rows only", preview.total_items()));
  }
}

void Bakery::run_script(const std::string& service) const {
  auto connection = server_.connect(service);
  std::vector<fs::path> files;
  if (service == "training") {
    const auto rows =
        connection.exec(sql("SELECT storage_path FROM model_artifacts WHERE tenant_id = $1"), pg::Params(kTenant));
    for (int row = 0; row < rows.rows(); ++row) files.push_back(artifacts_ / rows.text(row, 0));
  }
  connection.run_script(sql(script_for(source_folder() / "bench/scripts/bakery" / (service + ".sql"), kTenant)));
  for (const auto& file : files) fs::remove(file);
}

void Bakery::erase_by_hand() const {
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (auto at = next++; at < kDataServices.size(); at = next++) run_script(kDataServices[at]);
  };
  {
    const std::jthread other(work);
    work();
  }
  run_script("tenant");
}

double Bakery::erase_by_sqlalchemy(const std::string& mode) const {
  // Debian's Python, since Debian's SQLAlchemy is installed for it.
  const auto said = run_child({"/usr/bin/python3", (source_folder() / "bench/sqlalchemy_erase.py").string(), "--dsn",
                               server_.conninfo("{database}"), "--artifact-root", artifacts_.string(), "--mode", mode,
                               kTenant.str()});
  return std::stod(said);
}

void Bakery::require_erased() const {
  const auto assembly = assemble();
  const auto left = preview_of(*assembly);
  if (!left.is_complete() || left.total_items() != 0) {
    throw unexpected(fmt::format("{} rows of the erased tenant are left", left.total_items()));
  }
}

double Bakery::peak_memory_of_erase() const {
  rusage usage{};
  run_child({TENURE_BINARY, "erase", kTenant.str(), "--estate", estate_file_.string(), "--state",
             (server_.folder() / "state").string(), "--confirm", kName},
            &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace tenure::bench
