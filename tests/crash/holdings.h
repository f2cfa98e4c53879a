#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/crash/places.h"

namespace tenure::crash {

/// Rows and files by where they are, such as "orders/public.customers" or "media/files": the digest of each whole row,
/// or of a file's path, mode and content, and how many there are of it. Places without any are not listed.
///
/// Whose a row is stands in a column of its own, `mark`, of which the program under test knows nothing. Only the tables
/// that the program makes itself have none: there it is tenant_id, or the id of the tenant's own record. A row with
/// neither belongs to everybody. A file belongs to the tenant whose id is in its path.
using Holdings = std::map<std::string, std::map<std::string, int>>;

/// What belongs to any of the tenants. Every table of every database is looked at, whatever the estate file says.
Holdings holdings_of(const Places& places, const std::vector<std::string>& tenants);
/// Everything else.
Holdings holdings_beside(const Places& places, const std::vector<std::string>& tenants);

/// Each place in which the two are not the same, with what is missing and what is new.
std::vector<std::string> differences(const Holdings& before, const Holdings& after);

/// Rows and files in all, and in one place.
int total_of(const Holdings& holdings);
int count_in(const Holdings& holdings, const std::string& place);

}  // namespace tenure::crash
