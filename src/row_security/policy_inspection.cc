#include "row_security/policy_inspection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "row_security/expression.h"

namespace tenure::row_security {
namespace {

struct Command {
  PolicyCommand command;
  std::string_view name;
  bool uses;    ///< has USING
  bool checks;  ///< has WITH CHECK
};

constexpr std::array<Command, 4> kCommands{{{PolicyCommand::select, "SELECT", true, false},
                                            {PolicyCommand::insert, "INSERT", false, true},
                                            {PolicyCommand::update, "UPDATE", true, true},
                                            {PolicyCommand::remove, "DELETE", true, false}}};

class PolicyInspection {
 public:
  PolicyInspection(const plan::OwnedTable& owned, const Protection& table, const Expected& expected, Gaps& gaps)
      : owned_(owned), table_(table), expected_(expected), gaps_(gaps) {
    setting_ = expected.setting;
    for (auto& letter : setting_) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }

  void run() {
    if (table_.policies.empty()) {
      add(GapCode::no_policy, fmt::format("no policy counts for {}", expected_.role), example());
      return;
    }
    for (const auto& policy : table_.policies) inspect_text(policy);
    for (const auto& command : kCommands) inspect_command(command);
    for (const auto& name : unbound_) {
      add(GapCode::not_by_tenant,
          fmt::format("policy {} lets rows through whoever's they are: it does not compare {} with {}", name,
                      whose_column(), expected_.setting),
          "DROP it, or make it AS RESTRICTIVE beside one that compares them");
    }
  }

 private:
  void add(GapCode code, std::string what, std::string remedy) {
    gaps_.push_back({code, owned_.label, std::move(what), std::move(remedy)});
  }

  std::string whose_column() const { return owned_.is_direct() ? owned_.subject_column : owned_.links.front().key; }

  std::string example() const {
    if (!owned_.is_direct()) {
      return fmt::format("CREATE POLICY … ON {0} USING (EXISTS (SELECT FROM {1} … )) WITH CHECK (EXISTS (… ))",
                         owned_.label, owned_.links.front().parent.name);
    }
    const auto* cast = owned_.subject_type == catalog::TypeClass::uuid ? "::uuid" : "";
    const auto condition =
        fmt::format("{} = nullif(current_setting('{}', true), ''){}", owned_.subject_column, expected_.setting, cast);
    return fmt::format("CREATE POLICY tenant ON {0} USING ({1}) WITH CHECK ({1})", owned_.label, condition);
  }

  bool binds(const std::string& expression, const Policy& policy) const {
    const bool reads = settings_read(expression + " " + policy.functions).contains(setting_);
    if (owned_.is_direct()) return reads && names(expression, owned_.subject_column);
    return reads || std::any_of(owned_.links.begin(), owned_.links.end(), [&](const plan::Link& link) {
             return names(expression, link.parent.name) ||
                    (!policy.functions.empty() && names(policy.functions, link.parent.name));
           });
  }

  void inspect_text(const Policy& policy) {
    const bool needs_using = policy.command != PolicyCommand::insert;
    const bool needs_check = policy.command == PolicyCommand::all || policy.command == PolicyCommand::update;
    if (needs_using && !policy.use) {
      add(GapCode::no_using, fmt::format("policy {} has no USING: it shows no row to anyone", policy.name),
          fmt::format("ALTER POLICY {} ON {} USING ( … )", policy.name, owned_.label));
    }
    if (needs_check && !policy.check && policy.is_permissive) {
      add(GapCode::no_with_check,
          fmt::format("policy {} has no WITH CHECK: what may be written is whatever its USING happens to say",
                      policy.name),
          fmt::format("ALTER POLICY {} ON {} WITH CHECK ( … )", policy.name, owned_.label));
    }
    auto read = settings_read(policy.use.value_or("") + " " + policy.check.value_or("") + " " + policy.functions);
    if (read.empty() || read.contains(setting_)) return;
    add(GapCode::other_setting,
        fmt::format("policy {} reads {} and not {}", policy.name, fmt::join(read, ", "), expected_.setting),
        "use one setting everywhere: a session that sets the one has not set the other");
  }

  /// What counts for rows that are read (USING) or written (WITH CHECK, or USING where there is none).
  static const std::optional<std::string>& expression_of(const Policy& policy, bool is_check) {
    return is_check && policy.check ? policy.check : policy.use;
  }

  void inspect_command(const Command& command) {
    if (!table_.may(command.command)) return;
    const auto permits = [&](const Policy& policy) { return policy.is_permissive && policy.is_for(command.command); };
    if (std::none_of(table_.policies.begin(), table_.policies.end(), permits)) {
      add(GapCode::command_missing,
          fmt::format("{} may {} and no policy is for that, so it never finds a row", expected_.role, command.name),
          fmt::format("a policy FOR ALL, or REVOKE {} ON {} FROM {}", command.name, owned_.label, expected_.role));
      return;
    }
    if (command.uses) inspect_part(command, false);
    if (command.checks) inspect_part(command, true);
  }

  void inspect_part(const Command& command, bool is_check) {
    std::set<std::string> unbound;
    for (const auto& policy : table_.policies) {
      if (!policy.is_for(command.command)) continue;
      const auto& expression = expression_of(policy, is_check);
      const bool is_bound = expression && binds(*expression, policy);
      if (is_bound && !policy.is_permissive) return;
      if (expression && !is_bound && policy.is_permissive) unbound.insert(policy.name);
    }
    unbound_.merge(unbound);
  }

  const plan::OwnedTable& owned_;
  const Protection& table_;
  const Expected& expected_;
  Gaps& gaps_;
  std::string setting_;
  std::set<std::string> unbound_;
};

}  // namespace

void inspect_policies(const plan::OwnedTable& owned, const Protection& table, const Expected& expected, Gaps& gaps) {
  PolicyInspection(owned, table, expected, gaps).run();
}

}  // namespace tenure::row_security
