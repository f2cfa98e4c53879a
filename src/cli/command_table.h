#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "cli/options.h"

namespace tenure::cli {

/// Prints to standard output and returns the exit status; what goes wrong is thrown as Error.
using Command = int (*)(const Options& options);

/// All commands with their arguments, in one table that writes into one Options, and which of them was chosen.
class CommandTable {
 public:
  CommandTable();
  CommandTable(const CommandTable&) = delete;
  CommandTable& operator=(const CommandTable&) = delete;

  CLI::App& root() { return app_; }
  Options& options() { return options_; }

  /// A word that others follow: "tenant".
  static CLI::App& add_group(CLI::App& parent, const char* name, const char* about);
  /// A command that needs the state folder only.
  CLI::App& add(CLI::App& parent, const char* name, const char* about, Command command);
  /// One that works on the estate itself.
  CLI::App& add_on_estate(CLI::App& parent, const char* name, const char* about, Command command);
  /// One that works on the estate or through a server, and prints JSON where it is asked to.
  CLI::App& add_with_backend(CLI::App& parent, const char* name, const char* about, Command command);

  // The arguments that several commands have.
  void add_json(CLI::App& command);
  void add_tenant(CLI::App& command);
  void add_user(CLI::App& command);
  void add_role(CLI::App& command);
  void add_page(CLI::App& command);
  void add_confirm(CLI::App& command, const char* what);
  void add_terms(CLI::App& command);  ///< --at and --priority of a deletion

  /// Runs the chosen command. @return its exit status, 0 for --help and --version, 2 for wrong usage.
  /// @throws Error as the command, or for a word that is no command or no argument of it; never with a value in it.
  int run(int argc, char** argv);

 private:
  CLI::App app_;
  Options options_;
  std::function<int(const Options&)> chosen_;
};

/// The whole table.
void add_all_commands(CommandTable& table);

// What each part of it adds.
void add_estate_commands(CommandTable& table);
void add_job_commands(CommandTable& table);
void add_hold_commands(CommandTable& table);
void add_archive_commands(CommandTable& table);
void add_audit_commands(CommandTable& table);
void add_tenant_commands(CommandTable& table);
void add_member_commands(CommandTable& table, CLI::App& tenant);
void add_tenant_part_commands(CommandTable& table, CLI::App& tenant);
void add_user_commands(CommandTable& table);
void add_key_commands(CommandTable& table);
void add_report_commands(CommandTable& table);
void add_event_commands(CommandTable& table);
void add_notice_commands(CommandTable& table);
void add_schema_commands(CommandTable& table);
void add_row_security_commands(CommandTable& table);

}  // namespace tenure::cli
