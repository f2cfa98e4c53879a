#include "cli/command_table.h"

#include <fmt/format.h>

#include "base/error.h"

namespace tenure::cli {
namespace {

constexpr int kWrongUsage = 2;

/// What was given too much, without the values: one of them may be a password.
Error unexpected(const std::vector<std::string>& words) {
  for (const auto& word : words) {
    if (word.starts_with("-") && word.size() > 1) {
      return Error(ErrorCode::invalid_argument,
                   fmt::format("{} is not an option here; --help lists them", word.substr(0, word.find('='))));
    }
  }
  return Error(ErrorCode::invalid_argument, fmt::format("{} argument{} more than the command has; --help lists them",
                                                        words.size(), words.size() == 1 ? "" : "s"));
}

}  // namespace

CommandTable::CommandTable()
    : app_("Tenure erases tenants from every PostgreSQL database of a product, provably.", "tenure") {
  app_.require_subcommand(1);
  app_.set_version_flag("--version", TENURE_VERSION);
}

CLI::App& CommandTable::add_group(CLI::App& parent, const char* name, const char* about) {
  auto& group = *parent.add_subcommand(name, about);
  group.require_subcommand(1);
  return group;
}

CLI::App& CommandTable::add(CLI::App& parent, const char* name, const char* about, Command command) {
  auto& sub = *parent.add_subcommand(name, about);
  sub.callback([this, command] { chosen_ = command; });
  sub.add_option("--state", options_.state, "Where keys and the embedded cluster are kept")
      ->envname("TENURE_HOME")
      ->capture_default_str();
  return sub;
}

CLI::App& CommandTable::add_on_estate(CLI::App& parent, const char* name, const char* about, Command command) {
  auto& sub = add(parent, name, about, command);
  sub.add_option("--estate", options_.estate, "The estate file")->envname("TENURE_ESTATE")->capture_default_str();
  sub.add_flag("--embedded", options_.embedded, "Run a private PostgreSQL with a database a service");
  sub.add_option("--environment", options_.environment, "dev, uat, prod …: variables such as UAT_DB_URL come first")
      ->envname("TENURE_ENVIRONMENT");
  return sub;
}

CLI::App& CommandTable::add_with_backend(CLI::App& parent, const char* name, const char* about, Command command) {
  auto& sub = add_on_estate(parent, name, about, command);
  sub.add_option("--server", options_.server, "Work through a running server at this URL instead of on the estate")
      ->envname("TENURE_SERVER");
  add_json(sub);
  return sub;
}

void CommandTable::add_json(CLI::App& command) { command.add_flag("--json", options_.json, "Print JSON"); }

void CommandTable::add_tenant(CLI::App& command) {
  command.add_option("tenant", options_.tenant, "The tenant's UUID")->required();
}

void CommandTable::add_user(CLI::App& command) {
  command.add_option("user", options_.user, "The user's UUID")->required();
}

void CommandTable::add_role(CLI::App& command) {
  command.add_option("role", options_.role, "admin, manager, member or readonly")->required();
}

void CommandTable::add_page(CLI::App& command) {
  command.add_option("--limit", options_.limit, "At most this many, 1 to 500")->capture_default_str();
  command.add_option("--cursor", options_.cursor, "Go on where the last page ended");
}

void CommandTable::add_confirm(CLI::App& command, const char* what) {
  command.add_option("--confirm", options_.confirm, fmt::format("{}, instead of typing it", what));
}

void CommandTable::add_terms(CLI::App& command) {
  command.add_option("--at", options_.at,
                     "When it is to begin, such as 2026-03-01T22:00:00Z; a running server does it");
  command.add_option("--priority", options_.priority, "-100 to 100; the highest goes first");
}

int CommandTable::run(int argc, char** argv) {
  try {
    app_.parse(argc, argv);
  } catch (const CLI::RequiredError& error) {
    // A word that is no command is the reason why none was given.
    const auto words = app_.remaining(true);
    if (words.empty()) return app_.exit(error) == 0 ? 0 : kWrongUsage;
    throw Error(ErrorCode::invalid_argument, "\"" + words.front() + "\" is not a command; --help lists them");
  } catch (const CLI::ExtrasError&) {
    throw unexpected(app_.remaining(true));
  } catch (const CLI::ParseError& error) {
    return app_.exit(error) == 0 ? 0 : kWrongUsage;
  }
  return chosen_(options_);
}

}  // namespace tenure::cli
