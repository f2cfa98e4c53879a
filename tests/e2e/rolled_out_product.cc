#include "tests/e2e/rolled_out_product.h"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>

#include "http/client.h"
#include "tests/support/paths.h"

namespace tenure::e2e {
namespace {

constexpr int kPatienceMs = 60'000;

/// True once a process that is nobody's child here has ended; false after so long.
bool wait_for_end(int pid, int patience_ms) {
  const auto fd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (fd < 0) return true;
  pollfd polled{.fd = fd, .events = POLLIN, .revents = 0};
  const bool has_ended = ::poll(&polled, 1, patience_ms) == 1;
  ::close(fd);
  return has_ended;
}

}  // namespace

RolledOutProduct::RolledOutProduct() = default;

RolledOutProduct::~RolledOutProduct() {
  if (!folder_.has("run/pid")) return;
  ::kill(pid(), SIGTERM);
  if (!wait_for_end(pid(), kPatienceMs)) ::kill(pid(), SIGKILL);
}

std::string RolledOutProduct::release(const std::string& name, int migrations) const {
  folder_.write(name + "/estate.yaml",
                "estate: shop\n"
                "control: {database: \"${DATABASE_URL}\"}\n"
                "services:\n"
                "  orders:\n"
                "    database: ${DATABASE_URL}\n"
                "    isolation: {model: rows, migrations: migrations}\n");
  for (int number = 1; number <= migrations; ++number) {
    const auto file = name + "/migrations/shared/000" + std::to_string(number) + "_more.sql";
    folder_.write(file, number == 1 ? "create table orders (tenant_id uuid);"
                                    : "alter table orders add column c" + std::to_string(number) + " int;");
  }
  std::filesystem::copy_file(TENURE_BINARY, folder_ / (name + "/tenure"));
  return path(name);
}

std::string RolledOutProduct::script(const std::string& name) { return TENURE_SOURCE_DIR "/deploy/" + name; }

Environment RolledOutProduct::environment() const {
  return {{"DATABASE_URL", database_.settings().conninfo().reveal()},
          {"TENURE_HOME", path("state")},
          {"TENURE_RUN", path("run")},
          {"HEALTH_TIMEOUT", "60"}};
}

test::Finished RolledOutProduct::roll_out(const std::string& release, Environment more) const {
  more.merge(environment());
  return test::run_process({script("roll_out"), script("targets/process.sh"), release},
                           {.environment = std::move(more)});
}

std::string RolledOutProduct::text_of(const std::string& file) const {
  std::string line;
  std::ifstream stream(folder_ / file);
  std::getline(stream, line);
  return line;
}

int RolledOutProduct::pid() const {
  const auto text = text_of("run/pid");
  return text.empty() ? 0 : std::stoi(text);
}

std::string RolledOutProduct::url() const { return text_of("run/url"); }

std::string RolledOutProduct::current() const {
  return std::filesystem::read_symlink(folder_ / "run/current").filename().string();
}

int RolledOutProduct::health() const {
  return http::send({.url = url() + "/api/v1/health/"}, Call::within(Milliseconds(kPatienceMs))).status;
}

bool RolledOutProduct::has_ended(int pid) { return wait_for_end(pid, kPatienceMs); }

}  // namespace tenure::e2e
