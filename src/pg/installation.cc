#include "pg/installation.h"

#include "base/digest.h"

namespace tenure::pg {
namespace {

constexpr std::string_view kUniqueViolation = "23505";

}  // namespace

void install(Connection& connection, const Sql& script, std::string_view table) {
  const auto mark = "installed by script " + Digest().add(script.text()).hex();
  const auto found =
      connection.exec("SELECT obj_description(to_regclass($1), 'pg_class')"_sql, Params(std::string(table)));
  if (found.optional_text(0, 0) == mark) return;
  SqlBuilder marked;
  marked << script << ";\nDO $$ BEGIN EXECUTE format('COMMENT ON TABLE %s IS %L', to_regclass(";
  marked.constant(table) << "), ";
  marked.constant(mark) << "); END $$";
  const auto installation = marked.build();
  try {
    connection.run_script(installation);
  } catch (const Error& error) {
    // Whoever waited for the script's lock looked for the schema before, and may not know yet that it is there now.
    if (error.sqlstate() != kUniqueViolation) throw;
    connection.run_script(installation);
  }
}

}  // namespace tenure::pg
