#include "row_security/table_probe.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/ids.h"

namespace tenure::row_security {
namespace {

using pg::operator""_sql;

constexpr const char* kCompare = "compare the tenant column with the setting in USING and in WITH CHECK";

const char* text_of(bool is_nobody, const char* nobody, const char* stranger) { return is_nobody ? nobody : stranger; }

}  // namespace

void TableProbe::add(GapCode code, std::string what, std::string remedy) {
  const auto is_same = [&](const Gap& gap) { return gap.code == code && gap.table == owned_.label; };
  if (std::any_of(report_.gaps.begin(), report_.gaps.end(), is_same)) return;
  report_.gaps.push_back({code, owned_.label, std::move(what), std::move(remedy)});
}

void TableProbe::untried(std::string why) {
  const auto is_same = [&](const auto& one) { return one.table == owned_.label && one.why == why; };
  if (std::any_of(report_.untried.begin(), report_.untried.end(), is_same)) return;
  report_.untried.push_back({owned_.label, std::move(why)});
}

bool TableProbe::is_changed_first_by_trigger() const {
  return std::any_of(table_.triggers.begin(), table_.triggers.end(), [](const catalog::Trigger& trigger) {
    return trigger.on_insert && trigger.is_before && trigger.is_row_level;
  });
}

void TableProbe::find_samples(pg::Connection& connection) {
  first_.reset();
  last_.reset();
  is_seen_ = true;
  connection.exec("SAVEPOINT sample"_sql);
  try {
    const auto first = connection.exec(sql_.find_sample(false));
    if (!first.empty()) first_ = sql_.sample_of(first);
    if (first_ && owned_.is_direct()) {
      auto last = sql_.sample_of(connection.exec(sql_.find_sample(true)));
      if (last.owner != first_->owner) last_ = std::move(last);
    }
  } catch (const Error& error) {
    if (error.sqlstate().empty()) throw;
    is_seen_ = false;
    if (error.sqlstate() == "42501") {
      add(GapCode::not_all_seen, "Tenure's own role cannot see every row of it, and so could not erase a tenant's",
          "ALTER ROLE … BYPASSRLS for the role of the service's `database:`");
    } else {
      untried(fmt::format("no row could be looked up: SQLSTATE {}", error.sqlstate()));
    }
    connection.exec("ROLLBACK TO SAVEPOINT sample"_sql);
  }
  connection.exec("RELEASE SAVEPOINT sample"_sql);
  if (is_seen_ && !first_) untried(owned_.is_direct() ? "it has no rows: only adding was tried" : "it has no rows");
}

void TableProbe::try_unset(Attempts& attempts) { try_as_another(attempts, As{}, Whose::nobody); }

std::vector<std::string> TableProbe::tenants() const {
  std::vector<std::string> found;
  if (!owned_.is_direct()) return found;
  if (first_) found.push_back(first_->owner.front());
  if (last_) found.push_back(last_->owner.front());
  return found;
}

void TableProbe::try_set(Attempts& attempts, const std::set<std::string>& tenants) {
  try_as_another(attempts, As{.tenant = ""}, Whose::nobody);
  try_as_another(attempts, As{.tenant = Uuid::random().str()}, Whose::stranger);
  if (!first_) return;
  if (!owned_.is_direct()) {
    for (const auto& tenant : tenants) try_reading_orphans(attempts, tenant);
    return;
  }
  if (last_) try_as_another(attempts, As{.tenant = last_->owner.front()}, Whose::stranger);
  try_as_owner(attempts, *first_, last_);
  if (last_) try_as_owner(attempts, *last_, first_);
}

void TableProbe::try_as_another(Attempts& attempts, const As& as, Whose whose) {
  if (!is_seen_) return;
  const bool has_rows_of_its_own = last_ && as.tenant == last_->owner.front();
  if (first_ && !has_rows_of_its_own) try_reading(attempts, as, whose);
  if (first_) try_writing(attempts, as, whose);
  if (first_ || owned_.is_direct()) try_adding(attempts, as, whose);
}

void TableProbe::try_reading(Attempts& attempts, const As& as, Whose whose) {
  if (!protection_.may_select) return;
  const bool is_nobody = whose == Whose::nobody;
  const auto attempt = attempts.run(as, sql_.see_any());
  if (attempt.rows > 0) {
    add(is_nobody ? GapCode::shows_without_tenant : GapCode::shows_others,
        text_of(is_nobody,
                as.tenant ? "shows rows where the setting is empty" : "shows rows where no tenant was chosen",
                "shows a tenant the rows of another"),
        kCompare);
  } else if (attempt.is_unclear()) {
    untried(fmt::format("reading ended with SQLSTATE {}", attempt.sqlstate));
  }
}

void TableProbe::try_reading_orphans(Attempts& attempts, const std::string& tenant) {
  if (!protection_.may_select || attempts.run(As{.tenant = tenant}, sql_.see_orphans()).rows == 0) return;
  add(GapCode::shows_others, "shows a tenant rows whose parents are another's", kCompare);
}

void TableProbe::try_writing(Attempts& attempts, const As& as, Whose whose) {
  const bool is_nobody = whose == Whose::nobody;
  const pg::Params place(first_->place, first_->partition);
  const auto judge = [&](const Attempt& attempt, const char* what) {
    if (attempt.has_got_through()) {
      add(is_nobody ? GapCode::changes_without_tenant : GapCode::changes_others,
          fmt::format("{} could be {} {}", is_nobody ? "a row" : "a tenant's row", what,
                      is_nobody ? "where no tenant was chosen" : "for another tenant"),
          kCompare);
    } else if (attempt.is_unclear()) {
      untried(fmt::format("a row could not be {}: SQLSTATE {}", what, attempt.sqlstate));
    }
  };
  if (protection_.may_update) judge(attempts.run(as, sql_.change(), place), "changed");
  if (protection_.may_delete) judge(attempts.run(as, sql_.remove(), place), "deleted");
}

void TableProbe::try_adding(Attempts& attempts, const As& as, Whose whose) {
  if (!protection_.may_insert) return;
  const bool is_nobody = whose == Whose::nobody;
  pg::Params params;
  if (first_) {
    for (const auto& value : first_->owner) params.add(std::string_view(value));
  } else {
    params.add(std::string_view(Uuid::random().str()));
  }
  const auto attempt = attempts.run(as, sql_.add(), params);
  if (attempt.is_refused()) return;
  // Where a value goes wrong before any policy is asked, the refusal says nothing about policies.
  const bool is_too_early = is_changed_first_by_trigger() || (protection_.has_strict_domain && attempt.rows == 0) ||
                            (owned_.is_partitioned && attempt.sqlstate == "23514");
  if (is_too_early || !attempt.has_got_through()) {
    untried("adding: something else decides before the policies do");
    return;
  }
  add(is_nobody ? GapCode::adds_without_tenant : GapCode::adds_for_others,
      text_of(is_nobody, "a row could be added where no tenant was chosen", "a tenant could add a row of another"),
      kCompare);
}

void TableProbe::try_as_owner(Attempts& attempts, const Sample& own, const std::optional<Sample>& other) {
  const As as{.tenant = own.owner.front()};
  if (protection_.may_select) {
    if (attempts.run(as, sql_.see_own(), pg::Params(own.owner.front())).rows == 0) {
      add(GapCode::hides_own, "a tenant's own rows are not there for it",
          "the policy has to hold for rows whose tenant is the setting's");
    }
    if (attempts.run(as, sql_.see_others(), pg::Params(own.owner.front())).rows > 0) {
      add(GapCode::shows_others, "shows a tenant the rows of another", kCompare);
    }
  }
  if (!protection_.may_update) return;
  const auto receiver = other ? other->owner.front() : Uuid::random().str();
  if (attempts.run(as, sql_.give_away(), pg::Params(own.place, own.partition, receiver)).has_got_through()) {
    add(GapCode::gives_away, "a tenant could make its row another's", kCompare);
  }
}

}  // namespace tenure::row_security
