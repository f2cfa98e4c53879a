#pragma once

#include <set>
#include <string>
#include <string_view>

namespace tenure::row_security {

/// The settings that an expression of PostgreSQL's reads with current_setting('…'), in lower case: their names are
/// compared that way. Only a name written out counts.
std::set<std::string> settings_read(std::string_view expression);

/// Whether the expression names a column or table: as a word of its own, quoted or not, outside text constants.
bool names(std::string_view expression, std::string_view identifier);

}  // namespace tenure::row_security
