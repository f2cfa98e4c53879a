#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pg/connection.h"
#include "store/tenant_data_store.h"

namespace tenure::store {

/// How the server calls the prepared erasure of a service under one epoch of a job: "tenure/JOB/SERVICE/EPOCH".
std::string prepared_name(const EraseRequest& request, const std::string& service);

/// The epochs under which the job has something prepared in this database.
std::vector<std::int64_t> list_prepared(pg::Connection& connection, const JobId& job, const std::string& service);

/// @throws Error(refused) when the server keeps no prepared transactions.
void refuse_unprepared_server(pg::Connection& connection);

enum class Decision { commit, roll_back };

/// COMMIT PREPARED or ROLLBACK PREPARED. To the server, what is no longer there is the same as what never was (42704);
/// the order's receipt tells the two apart. Harmless to repeat. @throws Error(conflict) when the opposite has happened,
/// Error(outcome_unknown) when there was no answer.
void end_prepared(pg::Connection& connection, const EraseRequest& request, const std::string& service,
                  Decision decision);

}  // namespace tenure::store
