#pragma once

#include "cli/options.h"

namespace tenure::cli {

/// Each command prints to standard output and returns its exit status; what goes wrong is thrown as Error.
int serve(const Options& options);
int plan(const Options& options);
int preview(const Options& options);
int erase(const Options& options);
int preview_user(const Options& options);
int erase_user(const Options& options);
int migrate(const Options& options);
int create_super_tenant(const Options& options);
int diff_schemas(const Options& options);
int back_up_schema(const Options& options);
int restore_schema(const Options& options);
int prove_backup(const Options& options);
int fill_pools(const Options& options);
int move_tenant(const Options& options);

}  // namespace tenure::cli
