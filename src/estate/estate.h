#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/email.h"
#include "base/network.h"
#include "base/secret.h"

namespace tenure::estate {

/// Column → the value it must have; nullopt means NULL. All must hold.
using Condition = std::map<std::string, std::optional<std::string>>;

enum class UserAction { delete_rows, set_null, pseudonym };

/// What an erasure of a user does to the rows of a table that name the user in `column`.
struct UserRule {
  std::string column;
  UserAction action = UserAction::delete_rows;
  bool operator==(const UserRule&) const = default;
};

/// The rows name files, by a path in `column` relative to `root`, which go with them.
struct FilesRule {
  std::string column;
  std::filesystem::path root;
  bool operator==(const FilesRule&) const = default;
};

/// What the estate file says about one table. `table` is as written: "orders" or "sales.orders"; a key is a column,
/// "column, column" or the name of a constraint. `line` is where it stands in the file.
struct TableRule {
  std::string table;
  int line = 0;
  std::optional<std::string> keep_reason;    ///< the whole table stays
  std::optional<std::string> tenant_column;  ///< direct, by a column of another name
  std::vector<std::string> through;          ///< keys, any of which makes a row the owner's
  Condition keep_rows;                       ///< rows that stay even when they are the tenant's
  std::string keep_rows_reason;
  std::optional<FilesRule> files;
  bool last = false;
  std::optional<UserRule> user;
  bool operator==(const TableRule&) const = default;
};

/// A relation that the database has no foreign key for.
struct Reference {
  int line = 0;
  std::string from_table;
  std::vector<std::string> from_columns;
  std::string to_table;
  std::vector<std::string> to_columns;
  Condition when;  ///< on the columns of from_table; a polymorphic reference has one
  bool operator==(const Reference&) const = default;
};

enum class OutsideAction { set_null, set_default };

/// What becomes of rows of others that hang under the tenant's along `key` of `table`.
struct OutsideRule {
  int line = 0;
  std::string table;
  std::string key;
  OutsideAction action = OutsideAction::set_null;
  bool operator==(const OutsideRule&) const = default;
};

/// A user's own trigger that is left out while Tenure erases.
struct TriggerRule {
  int line = 0;
  std::string table;
  std::string trigger;
  bool skip = false;
  bool operator==(const TriggerRule&) const = default;
};

/// The database itself keeps the tenants' rows apart, by policies on the tables.
struct RowSecurity {
  std::string role;     ///< the application's: not an owner of tables
  std::string setting;  ///< names the tenant within a transaction: "app.tenant_id"
  int line = 0;
  bool operator==(const RowSecurity&) const = default;
};

/// How the data of one tenant is kept from that of another in a database (spec D1).
enum class IsolationModel {
  rows,      ///< a column says whose each row is
  schema,    ///< each tenant has tables of its own, in a schema of its own
  database,  ///< the same in a database of its own, on the service's server
};

struct Isolation {
  IsolationModel model = IsolationModel::rows;
  int line = 0;
  std::optional<std::filesystem::path> migrations;  ///< a folder with shared/ and tenant/
  std::string prefix = "tenant_";                   ///< of the names of tenants' schemas or databases
  std::string reference = "tenant_reference";  ///< the schema or database without a tenant that new ones are made like
  int ready = 0;                               ///< so many schemas are made before there is a tenant for them
  bool has_no_users = false;                   ///< the schemas of tenants hold nothing about single users
  std::optional<RowSecurity> row_security;     ///< only where tenants share tables
  /// Whether tenants have tables of their own.
  bool has_spaces() const { return model != IsolationModel::rows; }
  bool operator==(const Isolation&) const = default;
};

/// A service whose rows are in a PostgreSQL database.
struct Database {
  Secret url;  ///< as libpq reads it; empty when it comes from the embedded cluster
  int line = 0;
  std::optional<std::filesystem::path> schema_file;  ///< run once on a new embedded database
  std::vector<std::string> schemas{"public"};
  std::vector<TableRule> tables;
  std::vector<Reference> references;
  std::vector<OutsideRule> outside_rows;
  std::vector<TriggerRule> triggers;
  std::vector<std::string> side_effects;  ///< tables that the user's triggers may change
  Isolation isolation;
  bool operator==(const Database&) const = default;
};

/// A service in any language that speaks the deletion contract over HTTP.
struct Remote {
  std::string url;        ///< scheme, host and port, without a path
  bool archives = false;  ///< it archives what it deletes and takes it back, as another process of Tenure's does
  bool operator==(const Remote&) const = default;
};

/// Files under {root}/{tenant_id}/.
struct Directory {
  std::filesystem::path root;
  bool operator==(const Directory&) const = default;
};

/// How the orchestrator reaches a service whose data some process of the estate holds (spec C11).
struct Direct {  ///< in this process
  bool operator==(const Direct&) const = default;
};
struct OverHttp {  ///< a `tenure serve --service NAME` at this URL
  std::string url;
  bool operator==(const OverHttp&) const = default;
};
struct OverBroker {  ///< by a message, answered by a message
  bool operator==(const OverBroker&) const = default;
};
using Via = std::variant<Direct, OverHttp, OverBroker>;

struct Service {
  std::string name;
  std::string prefix;  ///< /api/v1/{prefix}/…
  int line = 0;
  Via via;  ///< of a database or a directory; a Remote is reached by its own URL
  Milliseconds timeout{60000};
  std::string user_path = "user";
  std::variant<Database, Remote, Directory> source;
  bool operator==(const Service&) const = default;
};

/// Where a tenant's own record is; its service is erased last.
struct TenantRecord {
  std::string service;
  std::string table;
  std::string id_column = "id";
  std::string name_column = "name";
  /// Tenants are kept by Tenure itself, in schema `tenancy` of the service's database: with members, invitations,
  /// subscription, settings and domains, over HTTP. The rules of these tables are added to the service's.
  bool is_managed = false;
  std::chrono::seconds soft_delete_window{30 * 24 * 3600};  ///< only of managed ones
  std::vector<std::string> base_domains;  ///< under which each managed tenant's slug is a host name; lower case
  bool operator==(const TenantRecord&) const = default;
};

/// An OpenID provider whose users may call, instead of accounts of our own.
struct IdentityProvider {
  std::string issuer;    ///< what the tokens' iss is
  std::string jwks_url;  ///< https://, or http:// on this machine
  std::string audience;
  std::string user_claim = "sub";    ///< holds the user's UUID
  std::string platform_admin_claim;  ///< empty: nobody is one
  int line = 0;
  bool operator==(const IdentityProvider&) const = default;
};

/// Of requests to the server.
struct RequestLimits {
  double requests_per_second = 100;      ///< of one caller, over time
  double burst = 400;                    ///< of one caller, at once
  double logins_per_minute = 30;         ///< from one address, to one e-mail address, of one account's password
  std::vector<Network> trusted_proxies;  ///< in front of the server: their X-Forwarded-For says whose address it is
  bool operator==(const RequestLimits&) const = default;
};

/// Rows go into an encrypted archive before they are gone, and can come back until its key is destroyed.
struct ArchiveRules {
  std::filesystem::path directory;
  Secret keys;  ///< a key ring, see archive::KeyRing; empty when it is in keys_file
  std::optional<std::filesystem::path> keys_file;
  std::chrono::seconds retention{30 * 24 * 3600};  ///< after the end of a job; 0: destroyed at once
  int line = 0;
  bool operator==(const ArchiveRules&) const = default;
};

/// What reports and the audit log are signed with; absent: a key in the state folder. One of both.
struct EvidenceRules {
  Secret signing_key;  ///< an Ed25519 key in PEM; empty when it is in signing_key_file
  std::optional<std::filesystem::path> signing_key_file;
  int line = 0;
  bool operator==(const EvidenceRules&) const = default;
};

/// Slows the chunks of a large erasure down while others suffer. What is absent is not looked at.
struct Throttle {
  std::optional<double> rows_per_second;  ///< at most so many, whatever the server says
  Milliseconds lock_wait{1000};           ///< slower while some session has waited for a lock of ours for longer
  Milliseconds replication_lag{10000};    ///< slower while a standby is further behind
  Milliseconds latency{100};              ///< slower while a trivial statement takes longer
  bool operator==(const Throttle&) const = default;
};

enum class OnFailure { roll_back, retry };

/// How erasures are carried out.
struct ErasureRules {
  std::optional<OnFailure> on_failure;        ///< absent: roll_back where there is an archive, else retry
  std::optional<Milliseconds> give_up_after;  ///< of errors that may pass; absent: 1 h to roll back, never to retry
  bool needs_approval = false;                ///< by a second person, bound to plan and counts
  bool is_atomic = false;                     ///< by two-phase commit over all services with a database of their own
  std::int64_t chunk_rows = 100000;           ///< above so many rows of a table it goes in chunks of so many
  Throttle throttle;
  bool operator==(const ErasureRules&) const = default;
};

/// RabbitMQ.
struct Broker {
  Secret url;  ///< amqp:// or amqps://
  std::optional<std::filesystem::path> ca_file;
  int line = 0;
  bool operator==(const Broker&) const = default;
};

/// Who is told when a migration begins, ends or fails (spec D12), and, by webhook and e-mail, how deletions end (spec
/// E4). What is absent is not told.
struct Notifications {
  struct Datadog {
    Secret api_key;
    std::string url = "https://api.datadoghq.com";  ///< of the site
    bool operator==(const Datadog&) const = default;
  };
  /// The ends of deletions that somebody is told of, as job states are written.
  using Ends = std::vector<std::string>;
  static Ends ends_by_default() { return {"completed", "failed", "rolled_back", "compensation_failed"}; }
  struct Webhook {
    Secret url;
    Secret key;  ///< the bytes that its requests are signed with
    Ends on = ends_by_default();
    bool operator==(const Webhook&) const = default;
  };
  struct Mail {
    std::string server;  ///< smtp:// or smtps://, a host and perhaps a port
    std::string user;    ///< empty: none is asked for
    Secret password;
    std::optional<std::filesystem::path> ca_file;
    bool starts_tls = true;     ///< of smtp://
    std::optional<Email> from;  ///< always there in an estate that was read
    std::vector<Email> to;
    Ends on = ends_by_default();
    bool operator==(const Mail&) const = default;
  };

  Secret slack;  ///< the URL of a webhook that takes {"text"}, as Slack's does
  std::optional<Datadog> datadog;
  Secret sentry;  ///< a DSN
  std::optional<Webhook> webhook;
  std::optional<Mail> email;
  Milliseconds give_up_after{std::chrono::hours(24)};  ///< a webhook or e-mail that does not arrive
  bool operator==(const Notifications&) const = default;
};

/// A validated estate file. A value: it holds no connection and reads nothing after it was made.
struct Estate {
  std::string name;
  Secret control_url;  ///< empty when it comes from the embedded cluster or from DATABASE_URL
  std::optional<std::filesystem::path> control_schema_file;
  std::string tenant_column = "tenant_id";  ///< used for tables without a tenant_column rule
  std::vector<std::string> last_tables;     ///< deleted after everything else, in every service
  std::optional<TenantRecord> tenants;
  bool has_managed_users = false;  ///< accounts are kept by Tenure itself, in schema `identity` of the control database
  std::optional<IdentityProvider> identity_provider;  ///< never beside managed users
  RequestLimits limits;
  std::optional<ArchiveRules> archive;
  std::optional<EvidenceRules> evidence;
  ErasureRules erasure;
  std::optional<Broker> broker;  ///< without one, messages go in process
  Notifications notifications;
  Secret pseudonym_key;           ///< empty unless a user rule replaces users by pseudonyms
  std::vector<Service> services;  ///< in the order of the file

  const Service* find_service(std::string_view name) const;
  /// The names of those that are reached by message.
  std::vector<std::string> services_by_message() const;
  bool operator==(const Estate&) const = default;
};

/// How ${NAME} is looked up.
using Variables = std::function<std::optional<std::string>(std::string_view name)>;

/// Whether databases come from the file's URLs or from the embedded cluster, whose URLs need not be in the file.
enum class DatabaseSource { urls, embedded };

/// Reads and validates an estate file. @throws Error(invalid_argument) with every problem found, each as
/// "file:line: key: what is wrong"; values of variables are never in it.
Estate read_estate(const std::filesystem::path& file, const Variables& variables, DatabaseSource source);

/// As read_estate, from text; `file` is the name used in messages and the folder that relative paths start from.
Estate parse_estate(std::string_view text, const std::filesystem::path& file, const Variables& variables,
                    DatabaseSource source);

}  // namespace tenure::estate
