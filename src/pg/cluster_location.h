#pragma once

#include <filesystem>
#include <string_view>

#include "pg/server_process.h"

/// Where an embedded cluster's files, socket and programs are.
namespace tenure::pg {

inline constexpr std::string_view kSocketName = "/.s.PGSQL.5432";

/// Makes a directory that only the account may enter, or checks that it is one: its path is predictable, so in a shared
/// place somebody else may have been there first. @throws Error(refused) when it is somebody else's.
void ensure_private_directory(const std::filesystem::path& path, const Account& account);

/// Where the cluster of `directory` really is: there, or under /var/tmp when PostgreSQL's user cannot enter it.
std::filesystem::path find_home(const std::filesystem::path& directory, const Account& account);

/// Below `server` when the socket's path fits PostgreSQL's limit, else a short private directory elsewhere; made here.
std::filesystem::path socket_directory(const std::filesystem::path& server, const Account& account);

/// The folder of initdb, pg_ctl and postgres: of the version that wrote `data`, else the newest installed, else of
/// PATH. @throws Error(unavailable) when there is none.
std::filesystem::path find_programs(const std::filesystem::path& data);

}  // namespace tenure::pg
