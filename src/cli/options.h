#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tenure::cli {

/// What `tenure migrate` is told.
struct MigrateArguments {
  bool only_shared = false;
  bool only_tenants = false;
  std::optional<std::string> schema;
  bool check = false;
  bool plan = false;
  bool dry_run = false;
  std::optional<int> sample;
  bool fake_initial = false;
  int connections = 4;
  int error_budget = 0;
  int lock_tries = 5;
  std::string lock_timeout = "2s";
  std::string wait;
  bool keep = false;
  std::string backup = "where-needed";
  std::string backups;  ///< a folder; empty: below the state folder
};

/// What the command line said. One table for all commands: each reads what it needs.
struct Options {
  std::string state = ".tenure";
  std::string estate = "estate.yaml";
  bool embedded = false;
  std::string environment;  ///< "uat"; empty: none
  std::string server;       ///< URL of a running server; empty: work on the estate directly
  bool json = false;

  std::vector<std::string> services;
  std::vector<std::string> except;  ///< services with `via: event` that another process holds
  std::string listen = "127.0.0.1:8714";

  std::string tenant;
  std::string user;
  std::optional<std::string> confirm;

  std::string service;
  bool sql = false;
  bool plan_for_user = false;

  std::string job;
  std::optional<std::string> status;  ///< of a subscription
  std::vector<std::string> statuses;  ///< of jobs
  std::optional<std::string> kind;    ///< whose deletion: "tenant" or "user"
  std::optional<std::string> at;      ///< when a deletion is to begin
  std::optional<std::string> digest;  ///< what is approved
  std::optional<std::string> by;      ///< who approves
  std::optional<int> priority;
  bool wait = false;  ///< for the end of a job that was decided about
  std::string reason;
  bool with_released = false;
  int limit = 100;
  std::optional<std::string> cursor;

  std::optional<std::string> name;  ///< a tenant's, or the full name of a user
  std::optional<std::string> slug;
  std::optional<std::string> time_zone;
  bool with_deleted = false;
  std::string role;
  std::string email;
  std::string invitation;
  std::string domain;
  std::string setting;
  std::string value;
  std::string subscription_plan;
  std::optional<std::string> price;
  bool is_platform_admin = false;
  bool without_password = false;
  std::optional<std::string> password;  ///< of the super tenant's owner

  std::string queue;  ///< of messages
  std::string notice;

  bool pdf = false;  ///< instead of JSON

  MigrateArguments migrate;
  std::string file;               ///< of a backup, a key or a report
  std::string schema;             ///< that is backed up
  std::optional<std::string> as;  ///< another name for what is restored
  bool replaces = false;
  std::string to;  ///< where a tenant moves: "schema" or "rows"
  bool is_trial = false;

  std::string checkpoint;         ///< a file of checkpoints that were kept elsewhere
  std::vector<std::string> keys;  ///< files of public keys

  std::string key;
  std::string caller = "operator";
  std::string audience = "tenure";
};

}  // namespace tenure::cli
