#include "tests/support/mail_server.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/clock.h"
#include "base/pause.h"
#include "tests/support/certificates.h"
#include "tests/support/paths.h"

namespace tenure::test {
namespace {

constexpr Milliseconds kMoment{20};
constexpr Milliseconds kPatience{60'000};

std::vector<std::string> lines_of(const Process& process) {
  std::vector<std::string> lines;
  std::istringstream text(process.output());
  for (std::string line; std::getline(text, line) && !text.eof();) lines.push_back(line);
  return lines;
}

}  // namespace

MailServer::MailServer(const MailServerSettings& settings) : is_implicit_(settings.tls == "implicit") {
  make_certificates(folder_.path());
  // The distribution's: aiosmtpd is a package of it.
  std::vector<std::string> command{"/usr/bin/python3",
                                   std::string(TENURE_SOURCE_DIR) + "/tests/support/mail_server.py",
                                   std::to_string(settings.port),
                                   settings.tls,
                                   (folder_ / "server.pem").string(),
                                   (folder_ / "server.key").string(),
                                   settings.user,
                                   password()};
  command.insert(command.end(), settings.answers.begin(), settings.answers.end());
  process_ = std::make_unique<Process>(command);
  const std::string begin = "listening on ";
  const auto printed = process_->read_until("\n");
  port_ = static_cast<std::uint16_t>(std::stoi(printed.substr(printed.find(begin) + begin.size())));
}

std::string MailServer::url() const { return fmt::format("{}://localhost:{}", is_implicit_ ? "smtps" : "smtp", port_); }

std::vector<nlohmann::json> MailServer::mails() const {
  std::vector<nlohmann::json> mails;
  for (const auto& line : lines_of(*process_)) {
    if (line.starts_with('{')) mails.push_back(nlohmann::json::parse(line));
  }
  return mails;
}

std::vector<nlohmann::json> MailServer::wait_for(std::size_t count) {
  const auto deadline = Deadline::after(kPatience);
  while (mails().size() < count && !deadline.has_passed()) pause(kMoment, {});
  auto taken = mails();
  EXPECT_GE(taken.size(), count) << process_->output() << process_->errors();
  return taken;
}

void MailServer::wait_for_answer(const std::string& said) { process_->read_until(said); }

}  // namespace tenure::test
