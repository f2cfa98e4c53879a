#pragma once

#include <string_view>
#include <vector>

#include "audit/entry.h"
#include "pg/result.h"

namespace tenure::audit {

/// An entry of the columns that sql/list_entries.sql and sql/copy_entries.sql have.
Entry read_entry(const pg::Result& rows, int row);
/// The same of a line of COPY: what stands in it needs no escapes. @throws Error(corrupt) when it does not look so.
Entry read_entry(std::string_view copied);

}  // namespace tenure::audit
