#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "row_security/attempt.h"
#include "row_security/gap.h"
#include "row_security/probe_sql.h"
#include "row_security/probes.h"

namespace tenure::row_security {

/// Everything that is tried on one table. Its parts run in a session each has to itself, in a transaction that the
/// caller opens and rolls back.
class TableProbe {
 public:
  TableProbe(const plan::OwnedTable& owned, const catalog::Table& table, const Protection& protection,
             ProbeReport& report)
      : owned_(owned), table_(table), protection_(protection), report_(report), sql_(owned) {}

  /// Finds the rows to try with, as Tenure's own role.
  void find_samples(pg::Connection& connection);
  /// For nobody, in a session in which the setting was never set.
  void try_unset(Attempts& attempts);
  /// For nobody, where it is empty; for a tenant without rows; for those that have some. `tenants`: some that have rows
  /// in other tables.
  void try_set(Attempts& attempts, const std::set<std::string>& tenants);

  /// Whose rows the samples are, where the table says it itself.
  std::vector<std::string> tenants() const;
  bool has_samples() const { return first_.has_value(); }

 private:
  enum class Whose { nobody, stranger };

  void try_as_another(Attempts& attempts, const As& as, Whose whose);
  void try_reading(Attempts& attempts, const As& as, Whose whose);
  void try_writing(Attempts& attempts, const As& as, Whose whose);
  void try_adding(Attempts& attempts, const As& as, Whose whose);
  void try_reading_orphans(Attempts& attempts, const std::string& tenant);
  void try_as_owner(Attempts& attempts, const Sample& own, const std::optional<Sample>& other);
  void add(GapCode code, std::string what, std::string remedy);
  void untried(std::string why);
  bool is_changed_first_by_trigger() const;

  const plan::OwnedTable& owned_;
  const catalog::Table& table_;
  const Protection& protection_;
  ProbeReport& report_;
  const ProbeSql sql_;
  bool is_seen_ = true;
  std::optional<Sample> first_;  ///< of the first tenant
  std::optional<Sample> last_;   ///< of another one
};

}  // namespace tenure::row_security
