#pragma once

#include <map>
#include <memory>
#include <string>

#include "events/rabbitmq/session.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace tenure::test {

/// A private RabbitMQ from the distribution's own package, on this machine only and with nothing of the system's:
/// ports, node name, cookie, port mapper and files are its own. It speaks TLS as well, with a certificate for
/// "localhost" from an authority made for it. @throws std::runtime_error, with what it said, when it does not start.
class RabbitServer {
 public:
  /// With virtual hosts named "test1", "test2" and so on.
  explicit RabbitServer(int vhosts);
  ~RabbitServer();
  RabbitServer(const RabbitServer&) = delete;
  RabbitServer& operator=(const RabbitServer&) = delete;

  /// As a crash would, once it runs; everything durable is there after start(). Waits first until RabbitMQ has written
  /// down which quorum queues there are, which it does half a second late: one that it forgot would never answer again.
  void kill();
  /// Returns once it takes connections. Nothing when it runs. It ends with the thread that starts it.
  void start();
  /// The same without waiting, which start() does then.
  void begin_to_start();
  bool takes_connections() const;

  /// amqp://…/{vhost}
  std::string url(const std::string& vhost) const;
  std::string tls_url(const std::string& vhost, const std::string& host = "localhost") const;
  /// Of the authority that its certificate is from.
  std::filesystem::path ca_file() const;
  static std::string password() { return "s3cret-of-the-tests"; }
  /// The next one that no test has had yet, on a server that runs.
  std::string take_vhost();

 private:
  std::string node_name() const;
  void write_configuration() const;
  void write_definitions() const;
  void wait_for_queues_on_disk();

  const int vhosts_;
  int kills_ = 0;
  int taken_vhosts_ = 0;
  const TemporaryFolder folder_;
  const std::map<std::string, int> ports_;
  const std::unique_ptr<Process> port_mapper_;
  std::unique_ptr<Process> server_;
  bool is_starting_ = false;
};

/// That of this test run; started by the first test that needs it, stopped at exit.
RabbitServer& rabbit();
/// An empty virtual host of the test that makes it.
class TestBroker {
 public:
  TestBroker() = default;

  std::string url() const { return server_.url(vhost_); }
  std::string tls_url(const std::string& host = "localhost") const { return server_.tls_url(vhost_, host); }
  events::BrokerSettings settings() const { return {.url = Secret(url())}; }
  events::Session connect() const;

  /// The next message of the queue, taken off it. @throws std::runtime_error when none comes.
  events::Arrival take(const std::string& queue) const;
  /// As somebody else would make it; with `most`, a quorum queue that refuses more messages than so many.
  void make_queue(const std::string& name, int most = 0) const;
  void remove_queue(const std::string& name) const;

 private:
  RabbitServer& server_ = rabbit();
  const std::string vhost_ = server_.take_vhost();
};

}  // namespace tenure::test
