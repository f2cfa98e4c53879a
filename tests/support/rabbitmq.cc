#include "tests/support/rabbitmq.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <vector>

#include "base/pause.h"
#include "events/rabbitmq/connection.h"
#include "events/rabbitmq/failure.h"
#include "events/rabbitmq/properties.h"
#include "tests/support/certificates.h"

namespace tenure::test {
namespace {

constexpr const char* kServer = "/usr/lib/rabbitmq/bin/rabbitmq-server";
constexpr const char* kUser = "tenure";
constexpr std::chrono::seconds kPatience{60};
constexpr Milliseconds kMoment{20};
// Erlang takes its time on a busy machine.
constexpr std::chrono::seconds kStartPatience{240};
constexpr const char* kStarted = "Server startup complete";

/// Ports that nobody has; all sockets are open at once, so that they differ.
std::map<std::string, int> free_ports(const std::vector<std::string>& names) {
  std::map<std::string, int> ports;
  std::vector<int> sockets;
  for (const auto& name : names) {
    sockets.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (::bind(sockets.back(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::getsockname(sockets.back(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("no free port");
    }
    ports[name] = ntohs(address.sin_port);
  }
  for (const int socket : sockets) ::close(socket);
  return ports;
}

std::string text_of_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string vhost_name(int number) { return fmt::format("test{}", number); }

}  // namespace

RabbitServer::RabbitServer(int vhosts)
    : vhosts_(vhosts),
      ports_(free_ports({"amqp", "amqps", "epmd", "distribution"})),
      port_mapper_(std::make_unique<Process>(
          std::vector<std::string>{"epmd", "-port", std::to_string(ports_.at("epmd")), "-address", "127.0.0.1"})) {
  make_certificates(folder_.path());
  write_configuration();
  write_definitions();
  start();
}

// Killed: nothing of it is needed any more.
RabbitServer::~RabbitServer() = default;

void RabbitServer::write_configuration() const {
  const auto& folder = folder_.path();
  std::ofstream(folder / "rabbitmq.conf") << fmt::format(
      "listeners.tcp.1 = 127.0.0.1:{amqp}\n"
      "listeners.ssl.1 = 127.0.0.1:{amqps}\n"
      "ssl_options.cacertfile = {folder}/ca.pem\n"
      "ssl_options.certfile = {folder}/server.pem\n"
      "ssl_options.keyfile = {folder}/server.key\n"
      "load_definitions = {folder}/definitions.json\n"
      "log.console = true\n"
      "log.console.level = info\n"
      "log.file = false\n"
      "disk_free_limit.absolute = 1MB\n",
      fmt::arg("amqp", ports_.at("amqp")), fmt::arg("amqps", ports_.at("amqps")), fmt::arg("folder", folder.string()));
  std::ofstream(folder / "enabled_plugins") << "[].\n";
  std::ofstream(folder / "environment");
  std::ofstream(folder / ".erlang.cookie") << "ofthetestsandnothingelse";
  std::filesystem::permissions(folder / ".erlang.cookie", std::filesystem::perms::owner_read);
}

void RabbitServer::write_definitions() const {
  nlohmann::json definitions{{"users", {{{"name", kUser}, {"password", password()}, {"tags", "administrator"}}}}};
  for (int at = 1; at <= vhosts_; ++at) {
    const auto vhost = vhost_name(at);
    definitions["vhosts"].push_back({{"name", vhost}});
    definitions["permissions"].push_back(
        {{"user", kUser}, {"vhost", vhost}, {"configure", ".*"}, {"write", ".*"}, {"read", ".*"}});
  }
  std::ofstream(folder_.path() / "definitions.json") << definitions;
}

void RabbitServer::start() {
  begin_to_start();
  if (is_starting_) server_->read_until(kStarted, kStartPatience);
  is_starting_ = false;
}

bool RabbitServer::takes_connections() const {
  return server_ && server_->output().find(kStarted) != std::string::npos;
}

void RabbitServer::begin_to_start() {
  if (server_) return;
  is_starting_ = true;
  const auto folder = folder_.path().string();
  server_ = std::make_unique<Process>(
      std::vector<std::string>{kServer},
      ProcessOptions{.environment = {
                         {"HOME", folder},
                         {"ERL_EPMD_PORT", std::to_string(ports_.at("epmd"))},
                         {"ERL_EPMD_ADDRESS", "127.0.0.1"},
                         {"RABBITMQ_CONF_ENV_FILE", folder + "/environment"},
                         {"RABBITMQ_CONFIG_FILE", folder + "/rabbitmq.conf"},
                         {"RABBITMQ_ENABLED_PLUGINS_FILE", folder + "/enabled_plugins"},
                         {"RABBITMQ_MNESIA_BASE", folder + "/mnesia"},
                         {"RABBITMQ_LOG_BASE", folder + "/log"},
                         {"RABBITMQ_NODENAME", node_name()},
                         {"RABBITMQ_DIST_PORT", std::to_string(ports_.at("distribution"))},
                         {"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                          "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none"},
                         // The script becomes the server then, instead of waiting for it.
                         {"RUNNING_UNDER_SYSTEMD", "true"},
                     }});
}

void RabbitServer::kill() {
  start();
  wait_for_queues_on_disk();
  server_.reset();
}

// Whatever is older than the last queue is on the disk with it.
void RabbitServer::wait_for_queues_on_disk() {
  const auto last = fmt::format("last-before-{}", ++kills_);
  events::Session::open({.url = Secret(url(vhost_name(1)))}, Call::within(kPatience))
      .declare_queue({.name = last, .delivery_limit = 1});
  const auto node = node_name();
  const auto file = folder_.path() / "mnesia" / node / "quorum" / node / "names.dets";
  const auto until = Deadline::after(kPatience);
  while (text_of_file(file).find(last) == std::string::npos) {
    if (until.has_passed()) throw std::runtime_error("RabbitMQ did not write its queues down");
    pause(kMoment, {});
  }
}

std::string RabbitServer::node_name() const { return fmt::format("tenure-{}@localhost", ports_.at("amqp")); }

std::string RabbitServer::url(const std::string& vhost) const {
  return fmt::format("amqp://{}:{}@127.0.0.1:{}/{}", kUser, password(), ports_.at("amqp"), vhost);
}

std::string RabbitServer::tls_url(const std::string& vhost, const std::string& host) const {
  return fmt::format("amqps://{}:{}@{}:{}/{}", kUser, password(), host, ports_.at("amqps"), vhost);
}

std::filesystem::path RabbitServer::ca_file() const { return folder_.path() / "ca.pem"; }

std::string RabbitServer::take_vhost() {
  start();
  if (taken_vhosts_ == vhosts_) throw std::runtime_error("more tests than virtual hosts");
  return vhost_name(++taken_vhosts_);
}

RabbitServer& rabbit() {
  static RabbitServer server(40);
  return server;
}

events::Session TestBroker::connect() const { return events::Session::open(settings(), Call::within(kPatience)); }

events::Arrival TestBroker::take(const std::string& queue) const {
  auto session = connect();
  session.consume(queue, 1);
  auto arrival = session.next(Call::within(kPatience));
  if (!arrival) throw std::runtime_error("nothing came to " + queue);
  session.acknowledge(*arrival);
  return *arrival;
}

void TestBroker::make_queue(const std::string& name, int most) const {
  const auto connection = events::open_connection(settings(), Call::within(kPatience));
  std::vector<amqp_table_entry_t> arguments;
  if (most > 0) {
    arguments = {events::text_entry("x-queue-type", "quorum"), events::number_entry("x-max-length", most),
                 events::text_entry("x-overflow", "reject-publish")};
  }
  amqp_queue_declare(connection.get(), events::kChannel, events::bytes_of(name), 0, 1, 0, 0,
                     events::table_of(arguments));
  events::check_reply(connection.get(), "queue " + name);
}

void TestBroker::remove_queue(const std::string& name) const {
  const auto connection = events::open_connection(settings(), Call::within(kPatience));
  amqp_queue_delete(connection.get(), events::kChannel, events::bytes_of(name), 0, 0);
  events::check_reply(connection.get(), "queue " + name);
}

}  // namespace tenure::test
