#include "cli/cli.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>

#include "base/error.h"
#include "cli/assembly.h"
#include "cli/commands.h"

namespace tenure::cli {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

/// One option table for all commands, and which command was chosen.
class CommandLine {
 public:
  CommandLine() : app_("Tenure erases tenants from every PostgreSQL database of a product, provably.", "tenure") {
    app_.require_subcommand(1);
    app_.set_version_flag("--version", TENURE_VERSION);
    add_serve();
    add_preview();
    add_erase();
    add_plan();
    add_jobs();
    add_token();
  }

  int run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::RequiredError& error) {
      // A word that is no command is the reason why none was given.
      const auto words = app_.remaining(true);
      if (words.empty()) return app_.exit(error) == 0 ? 0 : kWrongUsage;
      throw Error(ErrorCode::invalid_argument, "\"" + words.front() + "\" is not a command; --help lists them");
    } catch (const CLI::ParseError& error) {
      return app_.exit(error) == 0 ? 0 : kWrongUsage;
    }
    return chosen_(options_);
  }

 private:
  CLI::App& add(CLI::App& parent, const char* name, const char* about, int (*command)(const Options&)) {
    auto& sub = *parent.add_subcommand(name, about);
    sub.callback([this, command] { chosen_ = command; });
    sub.add_option("--state", options_.state, "Where keys and the embedded cluster are kept")
        ->envname("TENURE_HOME")
        ->capture_default_str();
    return sub;
  }

  void add_estate(CLI::App& sub) {
    sub.add_option("--estate", options_.estate, "The estate file")->envname("TENURE_ESTATE")->capture_default_str();
    sub.add_flag("--embedded", options_.embedded, "Run a private PostgreSQL with a database a service");
  }

  void add_estate_or_server(CLI::App& sub) {
    add_estate(sub);
    sub.add_option("--server", options_.server, "Work through a running server at this URL instead of on the estate")
        ->envname("TENURE_SERVER");
    sub.add_flag("--json", options_.json, "Print JSON");
  }

  void add_serve() {
    auto& sub = add(app_, "serve", "Serve the deletion contract and run deletion jobs", &serve);
    add_estate(sub);
    sub.add_option("--service", options_.services, "Hold only this service's data, and run no jobs; repeatable");
    sub.add_option("--listen", options_.listen, "HOST:PORT; port 0 takes a free one")->capture_default_str();
  }

  void add_preview() {
    auto& sub = add(app_, "preview", "Count what an erasure would delete and keep; changes nothing", &preview);
    add_estate_or_server(sub);
    sub.add_option("tenant", options_.tenant, "The tenant's UUID")->required();
  }

  void add_erase() {
    auto& sub = add(app_, "erase", "Erase a tenant from every service", &erase);
    add_estate_or_server(sub);
    sub.add_option("tenant", options_.tenant, "The tenant's UUID")->required();
    sub.add_option("--confirm", options_.confirm, "The tenant's name, instead of typing it");
  }

  void add_plan() {
    auto& sub = add(app_, "plan", "Show the steps of an erasure from one service, before anything happens", &plan);
    add_estate(sub);
    sub.add_option("service", options_.service, "The service")->required();
    sub.add_option("subject", options_.tenant, "The tenant's UUID, for exact rows (with --user the user's)");
    sub.add_flag("--user", options_.user, "Plan the erasure of a user instead of a tenant");
    sub.add_flag("--sql", options_.sql, "Show the statements too");
    sub.add_flag("--json", options_.json, "Print JSON, statements included");
  }

  void add_jobs() {
    auto& jobs = *app_.add_subcommand("job", "Deletion jobs");
    jobs.require_subcommand(1);
    auto& list = add(jobs, "list", "The newest jobs", &job_list);
    add_estate_or_server(list);
    list.add_option("--tenant", options_.tenant, "Only of this tenant");
    list.add_option("--status", options_.status, "Only in this state");
    list.add_option("--limit", options_.limit, "At most this many, 1 to 500")->capture_default_str();
    auto& show = add(jobs, "show", "One job with its services", &job_show);
    add_estate_or_server(show);
    show.add_option("job", options_.job, "The job's UUID")->required();
  }

  void add_token() {
    auto& sub = add(app_, "token", "Issue a service token, valid for five minutes", &token);
    sub.add_option("--name", options_.name, "The caller's name, for the logs")->capture_default_str();
    sub.add_option("--audience", options_.audience, "A service's prefix, or tenure for all")->capture_default_str();
  }

  CLI::App app_;
  Options options_;
  std::function<int(const Options&)> chosen_;
};

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

int run(int argc, char** argv) {
  try {
    return CommandLine().run(argc, argv);
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
