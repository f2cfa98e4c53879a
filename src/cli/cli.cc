#include "cli/cli.h"

#include <iostream>

#include "base/error.h"
#include "cli/command_table.h"

namespace tenure::cli {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

int exit_status(const Error& error) {
  switch (error.code()) {
    case ErrorCode::invalid_argument:
    case ErrorCode::not_found:
      return kWrongUsage;
    default:
      return kFailed;
  }
}

}  // namespace

void add_all_commands(CommandTable& table) {
  add_estate_commands(table);
  add_job_commands(table);
  add_hold_commands(table);
  add_archive_commands(table);
  add_audit_commands(table);
  add_tenant_commands(table);
  add_user_commands(table);
  add_key_commands(table);
  add_report_commands(table);
  add_event_commands(table);
  add_notice_commands(table);
  add_schema_commands(table);
  add_row_security_commands(table);
}

int run(int argc, char** argv) {
  try {
    CommandTable table;
    add_all_commands(table);
    return table.run(argc, argv);
  } catch (const Error& error) {
    std::cerr << "tenure: " << error.what() << "\n";
    if (error.problems().size() > 1) {
      for (const auto& problem : error.problems()) std::cerr << "  " << problem << "\n";
    }
    return exit_status(error);
  } catch (const std::exception& error) {
    std::cerr << "tenure: internal error: " << error.what() << "\n";
    return kFailed;
  }
}

}  // namespace tenure::cli
