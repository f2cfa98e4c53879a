#include "tests/support/server.h"

#include <signal.h>
#include "tests/support/paths.h"

#include <ostream>

namespace tenure::test {
namespace {

std::string rest_of_line(const std::string& text, std::string_view start) {
  const auto found = text.find(start);
  if (found == std::string::npos) return {};
  const auto begin = found + start.size();
  return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace

std::string Answer::type() const {
  const auto found = headers.find("content-type");
  return found == headers.end() ? std::string() : found->second;
}

std::string Answer::detail() const { return body.is_object() ? body.value("detail", "") : std::string(); }

std::ostream& operator<<(std::ostream& out, const Answer& answer) {
  return out << answer.status << " " << answer.body.dump(2);
}

std::vector<std::string> serve_command(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{TENURE_BINARY, "serve"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

std::string wait_until_listening(Process& serving) {
  // The line is whole once its end was printed.
  serving.read_until("listening on ");
  auto printed = serving.output();
  while (rest_of_line(printed, "listening on ").empty() || printed.back() != '\n') printed = serving.read_until("\n");
  return rest_of_line(printed, "listening on ");
}

Answer send_request(const std::string& url, const std::string& method, const std::string& path, const Secret& token,
                    std::vector<std::string> headers, std::string body) {
  const auto answer = http::send(
      {.method = method, .url = url + path, .headers = std::move(headers), .body = std::move(body), .bearer = token},
      Call::within(std::chrono::seconds(300)));
  return {answer.status, json::parse(answer.body, nullptr, false), answer.headers, answer.body};
}

Server::Server(const std::vector<std::string>& arguments, const Environment& environment)
    : process_(serve_command(arguments), {.environment = environment}) {
  url_ = wait_until_listening(process_);
  databases_ = rest_of_line(process_.output(), "databases at ");
}

std::uint16_t Server::port() const { return static_cast<std::uint16_t>(std::stoi(url_.substr(url_.rfind(':') + 1))); }

Answer Server::send(const std::string& method, const std::string& path, const Secret& token,
                    std::vector<std::string> headers, const json& body) const {
  return send_request(url_, method, path, token, std::move(headers), body.is_null() ? std::string() : body.dump());
}

int Server::stop() {
  process_.send_signal(SIGTERM);
  return process_.wait();
}

void Server::kill() {
  process_.send_signal(SIGKILL);
  process_.wait();
}

Finished run_tenure(std::vector<std::string> arguments, const Environment& environment) {
  arguments.insert(arguments.begin(), TENURE_BINARY);
  return run_process(std::move(arguments), {.environment = environment});
}

}  // namespace tenure::test
