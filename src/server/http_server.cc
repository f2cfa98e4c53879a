#include "server/http_server.h"

// GCC's thread sanitizer does not know fences; asio's own mutexes, which it does know, order the same things.
#ifdef __SANITIZE_THREAD__
#define ASIO_DISABLE_FENCED_BLOCK
#endif

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <charconv>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <restinio/all.hpp>
#include <thread>
#include <utility>

#include "base/error.h"
#include "server/filters.h"
#include "server/refusing_socket.h"
#include "server/web_socket_session.h"
#include "server/worker_pool.h"

namespace tenure::server {
namespace {

/// Passes the parser's verdict on to the socket that is closed next, on the same thread.
class RefusalLogger {
 public:
  explicit RefusalLogger(std::function<void(const RefusedRequest&)> on_refused) : on_refused_(std::move(on_refused)) {}

  template <class Message>
  void trace(Message&&) const {}
  template <class Message>
  void info(Message&&) const {}
  template <class Message>
  void warn(Message&&) const {}
  template <class Message>
  void error(Message&& message) const {
    pending_refusal = refusal_of(message());
    if (pending_refusal && on_refused_) on_refused_(*pending_refusal);
  }

 private:
  std::function<void(const RefusedRequest&)> on_refused_;
};

struct Traits : restinio::traits_t<restinio::asio_timer_manager_t, RefusalLogger, restinio::default_request_handler_t,
                                   restinio::noop_strand_t, RefusingSocket> {};

Fields headers_of(const restinio::http_request_header_t& header) {
  Fields fields;
  header.for_each_field([&](const auto& field) {
    std::string name(field.name());
    for (auto& letter : name) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    auto [at, is_new] = fields.emplace(std::move(name), field.value());
    if (!is_new) at->second += fmt::format(", {}", field.value());
  });
  return fields;
}

Request to_request(const restinio::request_t& from, std::stop_token stop) {
  Request request;
  request.method = from.header().method().c_str();
  const std::string& target = from.header().request_target();
  const auto question_mark = target.find('?');
  request.path = target.substr(0, question_mark);
  if (question_mark != std::string::npos) request.query_text = target.substr(question_mark + 1);
  request.headers = headers_of(from.header());
  request.body = from.body();
  request.remote_address = from.remote_endpoint().address().to_string();
  request.stop = std::move(stop);
  return request;
}

/// http_parser takes blanks in a header's name, which another server in front may read differently.
bool has_odd_name(const Fields& headers) {
  return std::any_of(headers.begin(), headers.end(),
                     [](const auto& header) { return header.first.find_first_of(" \t") != std::string::npos; });
}

/// How many answers are not yet written. A Ticket is held by each of them until it is, or until its connection is gone.
class Unwritten {
 public:
  using Ticket = std::shared_ptr<void>;

  Ticket take() {
    const std::lock_guard guard(mutex_);
    ++count_;
    return {this, [](void* self) { static_cast<Unwritten*>(self)->give_back(); }};
  }
  void wait(const Deadline& deadline) {
    std::unique_lock lock(mutex_);
    is_zero_.wait_until(lock, deadline.time(), [this] { return count_ == 0; });
  }

 private:
  void give_back() {
    const std::lock_guard guard(mutex_);
    if (--count_ == 0) is_zero_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable is_zero_;
  std::size_t count_ = 0;  // guarded by mutex_
};

struct ReplyTo {
  restinio::request_handle_t request;
  Unwritten::Ticket ticket;
  bool is_head;
  bool is_last;  ///< on this connection
};

template <class Builder>
void send(Builder builder, const Response& response, const ReplyTo& to) {
  if (!response.content_type.empty()) builder.append_header("Content-Type", response.content_type);
  builder.append_header_date_field();
  for (const auto& [name, value] : response.headers) builder.append_header(name, value);
  // The body of a request that asked for an upgrade is left unread; it must not be taken for the next request.
  if (to.is_last || to.request->header().connection() == restinio::http_connection_header_t::upgrade) {
    builder.connection_close();
  }
  builder.set_body(to.is_head ? std::string() : response.body);
  builder.done([ticket = to.ticket](const restinio::asio_ns::error_code&) {});
}

void reply(const Response& response, const ReplyTo& to) {
  const restinio::http_status_line_t status(restinio::http_status_code_t(static_cast<std::uint16_t>(response.status)),
                                            response.status < 400 ? "OK" : "Refused");
  if (to.is_head) {
    auto builder = to.request->create_response<restinio::user_controlled_output_t>(status);
    builder.set_content_length(response.body.size());
    send(std::move(builder), response, to);
  } else {
    send(to.request->create_response(status), response, to);
  }
}

asio::ip::tcp::endpoint endpoint_of(const ListenAddress& listen) {
  asio::error_code failed;
  const auto host = listen.host == "localhost" ? std::string("127.0.0.1") : listen.host;
  const auto address = asio::ip::make_address(host, failed);
  if (failed) throw Error(ErrorCode::invalid_argument, fmt::format("listen: {} is not an IP address", listen.host));
  return {address, listen.port};
}

}  // namespace

ListenAddress parse_listen_address(std::string_view text) {
  const auto colon = text.rfind(':');
  const auto wrong = [] {
    return Error(ErrorCode::invalid_argument, "listen: expected HOST:PORT, such as 127.0.0.1:8080");
  };
  if (colon == std::string_view::npos || colon == 0) throw wrong();
  ListenAddress address;
  auto host = text.substr(0, colon);
  const bool is_bracketed = host.front() == '[' && host.back() == ']';
  if (is_bracketed) host = host.substr(1, host.size() - 2);
  if (!is_bracketed && host.find(':') != std::string_view::npos) throw wrong();
  address.host = host;
  const auto port = text.substr(colon + 1);
  const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (failed != std::errc() || end != port.data() + port.size()) throw wrong();
  endpoint_of(address);
  return address;
}

class HttpServer::Impl {
 public:
  Impl(HttpServerSettings settings, std::function<Response(Request)> handler)
      : settings_(std::move(settings)),
        handler_(std::move(handler)),
        workers_(settings_.workers, settings_.queue_limit) {
    const auto endpoint = endpoint_of(settings_.listen);
    server_.emplace(restinio::external_io_context(network_), to_restinio(endpoint));
    try {
      server_->open_sync();
    } catch (const std::exception& error) {
      throw Error(ErrorCode::unavailable, fmt::format("cannot listen on {}:{}: {}", settings_.listen.host,
                                                      settings_.listen.port, error.what()));
    }
    thread_ = std::thread([this] { network_.run(); });
  }

  ~Impl() { stop(Milliseconds(0)); }

  std::uint16_t port() const { return port_; }

  std::string url() const {
    const auto& host = settings_.listen.host;
    return host.find(':') == std::string::npos ? fmt::format("http://{}:{}", host, port_)
                                               : fmt::format("http://[{}]:{}", host, port_);
  }

  void stop(Milliseconds grace) {
    if (!thread_.joinable()) return;
    is_stopping_ = true;
    std::promise<void> closed;
    server_->close_async([&] { closed.set_value(); }, [&](const std::exception_ptr&) { closed.set_value(); });
    closed.get_future().wait();
    close_sockets();
    if (!workers_.wait_until_idle(Deadline::after(grace))) {
      stop_.request_stop();
      workers_.wait_until_idle(Deadline());
    }
    unwritten_.wait(Deadline::after(Milliseconds(1000)));
    network_.stop();
    thread_.join();
    for (const auto& socket : sockets_) {
      if (const auto open = socket.lock()) open->abandon();
    }
  }

 private:
  restinio::server_settings_t<Traits> to_restinio(const asio::ip::tcp::endpoint& endpoint) {
    restinio::server_settings_t<Traits> to;
    // RESTinio refuses a value as long as its limit already.
    to.address(endpoint.address())
        .port(endpoint.port())
        .protocol(endpoint.protocol())
        .logger(settings_.on_refused)
        .max_pipelined_requests(1)
        .buffer_size(8192)
        .read_next_http_message_timelimit(settings_.read_timeout)
        .write_http_response_timelimit(settings_.write_timeout)
        .handle_request_timeout(settings_.answer_timeout)
        .incoming_http_msg_limits(restinio::incoming_http_msg_limits_t{}
                                      .max_url_size(settings_.longest_target)
                                      .max_field_name_size(256)
                                      .max_field_value_size(settings_.longest_header + 1)
                                      .max_field_count(settings_.most_headers)
                                      .max_body_size(settings_.largest_body))
        .acceptor_post_bind_hook(
            [this](asio::ip::tcp::acceptor& acceptor) { port_ = acceptor.local_endpoint().port(); })
        .request_handler([this](const restinio::request_handle_t& request) { return accept(request); });
    return to;
  }

  // On the network thread.
  restinio::request_handling_status_t accept(const restinio::request_handle_t& from) {
    auto request = to_request(*from, stop_.get_token());
    const bool is_odd = has_odd_name(request.headers);
    const ReplyTo to{from, unwritten_.take(), request.method == "HEAD", is_stopping_ || is_odd};
    const auto request_id = request_id_for(request);
    if (is_odd) return refuse({400, "a header's name holds a blank", request_id}, to);
    if (is_for_socket(request)) return open_socket(from, std::move(request), to);
    if (!is_stopping_ && is_immediate(request.path)) {
      reply(handler_(std::move(request)), to);
      return restinio::request_accepted();
    }
    const bool is_taken = !is_stopping_ && workers_.try_submit([this, to, request = std::move(request)]() mutable {
      reply(handler_(std::move(request)), to);
    });
    if (!is_taken) return refuse({503, is_stopping_ ? "the server is stopping" : "the server is busy", request_id}, to);
    return restinio::request_accepted();
  }

  bool is_immediate(const std::string& path) const {
    const auto& paths = settings_.immediate_paths;
    return std::find(paths.begin(), paths.end(), path) != paths.end();
  }

  bool is_for_socket(const Request& request) const {
    return settings_.on_socket && request.path == settings_.socket_path && wants_web_socket(request);
  }

  restinio::request_handling_status_t open_socket(const restinio::request_handle_t& from, Request request,
                                                  const ReplyTo& to) {
    request.request_id = request_id_for(request);
    if (const auto* fault = fault_of_handshake(request)) return refuse({400, fault, request.request_id}, to);
    std::erase_if(sockets_, [](const auto& socket) { return socket.expired(); });
    if (is_stopping_ || sockets_.size() >= settings_.most_sockets) {
      return refuse({503, "no more connections are taken", request.request_id}, to);
    }
    if (!settings_.may_open_socket(request)) {
      return refuse({429, "too many connections that have not said whose they are", request.request_id}, to);
    }
    // As RESTinio's own upgrade takes the connection over; its frames have no limit of size.
    const auto connection = std::move(restinio::impl::access_req_connection(*from));
    auto upgrade = dynamic_cast<restinio::impl::connection_t<Traits>&>(*connection).move_upgrade_internals();
    const auto session = std::make_shared<WebSocketSession>(std::move(upgrade.m_socket), to.ticket);
    sockets_.push_back(session);
    const auto accept_value = accept_value_of(request.header("sec-websocket-key").value_or(""));
    session->start(accept_value, settings_.on_socket(session, std::move(request)));
    return restinio::request_accepted();
  }

  void close_sockets() {
    asio::post(network_, [this] {
      for (const auto& socket : sockets_) {
        if (const auto open = socket.lock()) open->close(CloseCode::going_away, "the server is stopping");
      }
    });
  }

  restinio::request_handling_status_t refuse(const RefusedRequest& refused, const ReplyTo& to) {
    if (settings_.on_refused) settings_.on_refused(refused);
    reply(answer_to(refused), to);
    return restinio::request_accepted();
  }

  const HttpServerSettings settings_;
  const std::function<Response(Request)> handler_;
  std::stop_source stop_;
  std::atomic<bool> is_stopping_ = false;
  std::uint16_t port_ = 0;  // written before the network thread starts
  Unwritten unwritten_;
  asio::io_context network_{1};
  std::optional<restinio::http_server_t<Traits>> server_;
  WorkerPool workers_;
  std::vector<std::weak_ptr<WebSocketSession>> sockets_;  // of the network thread, and of stop() behind its end
  std::thread thread_;
};

HttpServer::HttpServer(HttpServerSettings settings, std::function<Response(Request)> handler)
    : impl_(std::make_unique<Impl>(std::move(settings), std::move(handler))) {}

HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const { return impl_->port(); }

std::string HttpServer::url() const { return impl_->url(); }

void HttpServer::stop(Milliseconds grace) { impl_->stop(grace); }

}  // namespace tenure::server
