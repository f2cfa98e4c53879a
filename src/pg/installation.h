#pragma once

#include <string_view>

#include "pg/connection.h"

namespace tenure::pg {

/// Makes tables of ours as `script` says, or brings those of an earlier version up to it. The script is safe to run
/// again and one transaction; its digest stays as the comment on `table`, which it makes, and a script that was run as
/// it is now is not run again: it would take locks on tables that others write to, and so would wait at every start for
/// a process that is stopped inside a write. @param table schema-qualified, as to_regclass() takes it. Thread-safe:
/// several processes may install at once. @throws Error as Connection::exec.
void install(Connection& connection, const Sql& script, std::string_view table);

}  // namespace tenure::pg
