#include "cli/new_password.h"

#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <iostream>

#include "base/error.h"
#include "cli/assembly.h"
#include "identity/password.h"

namespace tenure::cli {
namespace {

constexpr std::array kEndingSignals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

termios shown_again;  // what the terminal was set to; read by the signal handler

/// Only functions that are safe in a handler. The signal then does what it would have done.
void show_and_end(int signal_number) {
  ::tcsetattr(STDIN_FILENO, TCSANOW, &shown_again);
  ::signal(signal_number, SIG_DFL);
  ::raise(signal_number);
}

/// While it lives, the terminal does not show what is typed; a signal that ends the program does not leave it so.
class Unseen {
 public:
  Unseen() {
    if (::tcgetattr(STDIN_FILENO, &shown_again) != 0) {
      throw Error(ErrorCode::unavailable, "password: the terminal cannot be read");
    }
    for (std::size_t at = 0; at < kEndingSignals.size(); ++at) {
      former_[at] = ::signal(kEndingSignals[at], show_and_end);
      if (former_[at] == SIG_IGN) ::signal(kEndingSignals[at], SIG_IGN);
    }
    auto hidden = shown_again;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    hidden.c_lflag |= ECHONL;
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  ~Unseen() {
    ::tcsetattr(STDIN_FILENO, TCSANOW, &shown_again);
    for (std::size_t at = 0; at < kEndingSignals.size(); ++at) ::signal(kEndingSignals[at], former_[at]);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

 private:
  std::array<sighandler_t, kEndingSignals.size()> former_{};
};

Secret ask(const char* question) {
  std::cerr << question << std::flush;
  std::string typed;
  std::getline(std::cin, typed);
  return Secret(std::move(typed));
}

Secret typed_password() {
  if (isatty(STDIN_FILENO) == 0) {
    throw Error(ErrorCode::invalid_argument,
                "password: nobody is there to ask; set TENURE_USER_PASSWORD, or pass --no-password");
  }
  const Unseen unseen;
  auto password = ask("Password: ");
  identity::require_acceptable_password(password);
  if (ask("Once more: ") != password) throw Error(ErrorCode::invalid_argument, "password: the two are not the same");
  return password;
}

}  // namespace

Secret new_password() {
  if (auto given = environment_variable("TENURE_USER_PASSWORD")) {
    Secret password(*std::move(given));
    identity::require_acceptable_password(password);
    return password;
  }
  return typed_password();
}

}  // namespace tenure::cli
