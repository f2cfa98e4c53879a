#include "tests/support/prometheus.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "base/error.h"
#include "base/pause.h"
#include "http/client.h"

namespace tenure::test {
namespace {

constexpr Milliseconds kMoment{50};
constexpr Milliseconds kPatience{60000};

int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  const bool is_bound = ::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                        ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(socket);
  if (!is_bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

std::string percent_encoded(const std::string& text) {
  std::string encoded;
  for (const char letter : text) encoded += fmt::format("%{:02X}", static_cast<unsigned char>(letter));
  return encoded;
}

std::string configuration(const std::string& target, const std::filesystem::path& folder, const std::string& rules) {
  auto text = fmt::format(
      "global: {{scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms}}\n"
      "scrape_configs:\n"
      "  - job_name: tenure\n"
      "    scrape_interval: 500ms\n"
      "    scrape_timeout: 500ms\n"
      "    authorization: {{credentials_file: \"{}\"}}\n"
      "    static_configs: [{{targets: [\"{}\"]}}]\n",
      (folder / "token").string(), target);
  if (!rules.empty()) text += fmt::format("rule_files: [\"{}\"]\n", rules);
  return text;
}

}  // namespace

std::string promtool_problems(const std::string& exposition) {
  const auto finished = run_process({"promtool", "check", "metrics"}, {}, exposition);
  if (finished.status == 0) return {};
  return fmt::format("{}{} ({})", finished.output, finished.errors, finished.status);
}

std::optional<double> sample_of(const std::string& exposition, const std::string& series) {
  std::istringstream lines(exposition);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(series + " ")) return std::stod(line.substr(series.size() + 1));
  }
  return std::nullopt;
}

std::map<std::string, std::string> types_in(const std::string& exposition) {
  std::map<std::string, std::string> types;
  std::istringstream lines(exposition);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string sign, what, name, type;
    if (words >> sign >> what >> name >> type && sign == "#" && what == "TYPE") types[name] = type;
  }
  return types;
}

PrometheusServer::PrometheusServer(const std::string& target, const std::string& token, const std::string& rules)
    : port_(free_port()) {
  folder_.write("token", token);
  folder_.write("prometheus.yml", configuration(target, folder_.path(), rules));
  process_ = std::make_unique<Process>(std::vector<std::string>{
      "prometheus", "--config.file=" + (folder_ / "prometheus.yml").string(),
      "--storage.tsdb.path=" + (folder_ / "data").string(), fmt::format("--web.listen-address=127.0.0.1:{}", port_)});
  const auto deadline = Deadline::after(kPatience);
  while (!deadline.has_passed() && process_->condition() == Process::Condition::running) {
    try {
      const auto answer =
          http::send({.url = fmt::format("http://127.0.0.1:{}/-/ready", port_)}, Call::within(kMoment * 20));
      if (answer.status == 200) return;
    } catch (const Error&) {
      // It has not come so far.
    }
    pause(kMoment, {});
  }
  throw std::runtime_error("Prometheus does not answer: " + process_->errors());
}

std::vector<Found> PrometheusServer::query(const std::string& expression) const {
  const auto url = fmt::format("http://127.0.0.1:{}/api/v1/query?query={}", port_, percent_encoded(expression));
  const auto body = nlohmann::json::parse(http::send({.url = url}, Call::within(kPatience)).body);
  if (body.at("status") != "success") throw std::runtime_error(expression + ": " + body.dump());
  std::vector<Found> found;
  const auto& data = body.at("data");
  if (data.at("resultType") != "vector") throw std::runtime_error(expression + ": " + body.dump());
  for (const auto& series : data.at("result")) {
    found.push_back({.labels = series.at("metric").get<std::map<std::string, std::string>>(),
                     .value = std::stod(series.at("value").at(1).get<std::string>())});
  }
  return found;
}

std::vector<Found> PrometheusServer::wait_for(const std::string& expression) const {
  const auto deadline = Deadline::after(kPatience);
  for (;;) {
    auto found = query(expression);
    if (!found.empty() || deadline.has_passed()) return found;
    pause(kMoment, {});
  }
}

}  // namespace tenure::test
