#include "tests/support/certificates.h"

#include <fmt/format.h>

#include <fstream>
#include <stdexcept>

#include "tests/support/process.h"

namespace tenure::test {
namespace {

void openssl(const std::filesystem::path& folder, const std::string& arguments) {
  const auto finished = run_process({"sh", "-c", fmt::format("cd '{}' && openssl {}", folder.string(), arguments)});
  if (finished.status != 0) throw std::runtime_error("openssl: " + finished.errors);
}

}  // namespace

void make_certificates(const std::filesystem::path& folder) {
  openssl(folder,
          "req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=Authority of a test' "
          "-keyout ca.key -out ca.pem");
  std::ofstream(folder / "names") << "subjectAltName=DNS:localhost\n";
  openssl(folder, "req -newkey rsa:2048 -nodes -subj '/CN=localhost' -keyout server.key -out server.csr");
  openssl(folder,
          "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem");
}

}  // namespace tenure::test
