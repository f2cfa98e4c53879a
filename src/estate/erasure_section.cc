#include "estate/erasure_section.h"

#include "estate/url.h"

namespace tenure::estate {
namespace {

void read_throttle(Throttle& throttle, const Value& value) {
  const Fields fields(value, {"rows_per_second", "lock_wait", "replication_lag", "latency"});
  if (const auto* rows = fields.find("rows_per_second")) throttle.rows_per_second = rows->number_from_one();
  set(throttle.lock_wait, fields.find("lock_wait"), &Value::duration);
  set(throttle.replication_lag, fields.find("replication_lag"), &Value::duration);
  set(throttle.latency, fields.find("latency"), &Value::duration);
}

}  // namespace

void read_archive(Estate& estate, const Value& value) {
  const Fields fields(value, {"directory", "keys", "keys_file", "retention"});
  ArchiveRules archive{.line = value.line()};
  set(archive.directory, fields.require("directory"), &Value::file_path);
  const auto* keys = fields.find("keys");
  const auto* file = fields.find("keys_file");
  if (keys != nullptr) {
    if (auto text = keys->lines()) archive.keys = Secret(std::move(*text));
  }
  if (file != nullptr) archive.keys_file = file->file_path();
  if ((keys == nullptr) == (file == nullptr) && value.is_map()) value.problem("needs one of keys and keys_file");
  set(archive.retention, fields.find("retention"), &Value::days_from_none);
  estate.archive = std::move(archive);
}

void read_evidence(Estate& estate, const Value& value) {
  const Fields fields(value, {"signing_key", "signing_key_file"});
  EvidenceRules evidence{.line = value.line()};
  const auto* key = fields.find("signing_key");
  const auto* file = fields.find("signing_key_file");
  if (key != nullptr) {
    if (auto text = key->lines()) evidence.signing_key = Secret(std::move(*text));
  }
  if (file != nullptr) evidence.signing_key_file = file->file_path();
  if ((key == nullptr) == (file == nullptr) && value.is_map()) {
    value.problem("needs one of signing_key and signing_key_file");
  }
  estate.evidence = std::move(evidence);
}

void read_broker(Estate& estate, const Value& value) {
  const Fields fields(value, {"url", "ca_file"});
  Broker broker{.line = value.line()};
  if (const auto* url = fields.require("url")) {
    if (auto text = url->text()) {
      // Not quoted: it holds a password.
      if (const auto what = problem_of_broker_url(*text); !what.empty()) url->problem(what);
      broker.url = Secret(std::move(*text));
    }
  }
  if (const auto* file = fields.find("ca_file")) broker.ca_file = file->file_path();
  estate.broker = std::move(broker);
}

void read_erasure(Estate& estate, const Value& value) {
  const Fields fields(value, {"on_failure", "give_up_after", "approval", "atomic", "chunk_rows", "throttle"});
  auto& rules = estate.erasure;
  if (const auto* policy = fields.find("on_failure")) {
    rules.on_failure = policy->choice<OnFailure>({{"roll_back", OnFailure::roll_back}, {"retry", OnFailure::retry}});
    if (rules.on_failure == OnFailure::roll_back && !estate.archive) {
      policy->problem("needs the section `archive`, from which rows come back");
    }
  }
  if (const auto* after = fields.find("give_up_after")) rules.give_up_after = after->duration();
  set(rules.needs_approval, fields.find("approval"), &Value::boolean);
  set(rules.is_atomic, fields.find("atomic"), &Value::boolean);
  set(rules.chunk_rows, fields.find("chunk_rows"), &Value::count);
  if (const auto* throttle = fields.find("throttle")) read_throttle(rules.throttle, *throttle);
}

}  // namespace tenure::estate
