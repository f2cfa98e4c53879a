#pragma once

#include "erasure/erase_user.h"
#include "erasure/job_runner.h"
#include "identity/login.h"
#include "server/job_answer.h"
#include "server/router.h"

namespace tenure::server {

/// What the routes work with; all of it outlives the router.
struct UserDeletionServices {
  erasure::EraseUser& erase_user;
  erasure::JobRunner& runner;
  Turns& waits;                      ///< for the end of a job
  identity::Login* login = nullptr;  ///< null where Tenure keeps no accounts: then nobody deletes their own
};

/// The deletion of a user with everything of theirs (spec B7):
///
///     GET    /api/v1/auth/users/{user_id}/deletion-preview
///     DELETE /api/v1/auth/users/{user_id}   {"run_at", "priority"}
///     DELETE /api/v1/auth/me/account   {"password"}
///
/// The DELETEs answer as that of a tenant does: with the job's result, or 202 with its Location.
void add_user_deletion_routes(Router& router, const UserDeletionServices& services);

}  // namespace tenure::server
