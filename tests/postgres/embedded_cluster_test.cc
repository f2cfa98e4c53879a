#include "pg/embedded_cluster.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "base/error.h"
#include "pg/connection.h"
#include "tests/support/temporary_folder.h"

namespace tenure::pg {
namespace {

namespace fs = std::filesystem;

class EmbeddedClusterTest : public ::testing::Test {
 protected:
  EmbeddedClusterTest() {
    // PostgreSQL's user may pass through.
    fs::permissions(directory_, fs::perms(0755));
  }

  static EmbeddedCluster start(const fs::path& directory) {
    return EmbeddedCluster::start({.directory = directory, .durable = false});
  }
  EmbeddedCluster start() const { return start(directory_); }

  static std::string recorded_location(const fs::path& directory) {
    std::string location;
    std::getline(std::ifstream(directory / "location"), location);
    return location;
  }

  static pid_t postmaster_of(const EmbeddedCluster& cluster) {
    pid_t process = 0;
    std::ifstream(cluster.data_directory() / "postmaster.pid") >> process;
    return process;
  }

  static Connection open(const EmbeddedCluster& cluster, const char* database = "postgres") {
    return Connection::open(cluster.database(database));
  }

  static void write_row(const EmbeddedCluster& cluster) {
    open(cluster).run_script("CREATE TABLE kept (n int); INSERT INTO kept VALUES (42)"_sql);
  }
  static int read_row(const EmbeddedCluster& cluster) {
    return static_cast<int>(open(cluster).exec("SELECT n FROM kept"_sql).int64(0, 0));
  }

  const test::TemporaryFolder temporary_;
  const fs::path directory_ = fs::canonical(temporary_.path());
};

TEST_F(EmbeddedClusterTest, FreshStartRunsAPrivateServer) {
  const auto cluster = start();
  EXPECT_TRUE(cluster.owns_server());
  auto session = open(cluster);
  EXPECT_EQ(session.exec("SELECT current_user"_sql).text(0, 0), "postgres");
  EXPECT_EQ(session.exec("SHOW server_encoding"_sql).text(0, 0), "UTF8");
  EXPECT_EQ(session.exec("SHOW listen_addresses"_sql).text(0, 0), "");
  EXPECT_EQ(session.exec("SHOW data_checksums"_sql).text(0, 0), "on");

  const fs::path sockets = cluster.database("postgres").parameters().at("host");
  EXPECT_EQ(fs::status(sockets).permissions(), fs::perms(0700));
  EXPECT_EQ(fs::status(cluster.data_directory().parent_path()).permissions(), fs::perms(0700));
}

TEST_F(EmbeddedClusterTest, MakesADatabaseOnce) {
  auto cluster = start();
  EXPECT_TRUE(cluster.ensure_database("orders \"2\""));
  EXPECT_FALSE(cluster.ensure_database("orders \"2\""));
  EXPECT_EQ(open(cluster, "orders \"2\"").exec("SELECT current_database()"_sql).text(0, 0), "orders \"2\"");
  EXPECT_THROW(cluster.ensure_database(""), Error);
  EXPECT_THROW(cluster.ensure_database(std::string(64, 'x')), Error);
}

TEST_F(EmbeddedClusterTest, SecondStartSharesTheServerAndLeavesItRunning) {
  auto owner = start();
  {
    auto guest = start();
    EXPECT_FALSE(guest.owns_server());
    EXPECT_EQ(postmaster_of(guest), postmaster_of(owner));
    write_row(guest);
  }
  EXPECT_EQ(read_row(owner), 42);
}

TEST_F(EmbeddedClusterTest, RestartKeepsTheData) {
  {
    auto cluster = start();
    write_row(cluster);
    cluster.stop();
    EXPECT_THROW(open(cluster), Error);
    cluster.stop();
  }
  const auto cluster = start();
  EXPECT_EQ(read_row(cluster), 42);
}

TEST_F(EmbeddedClusterTest, MovedFromObjectLeavesTheServerAlone) {
  auto first = start();
  auto second = std::move(first);
  first = start();
  EXPECT_FALSE(first.owns_server());
  first = std::move(second);
  EXPECT_TRUE(first.owns_server());
  EXPECT_NO_THROW(open(first));
}

TEST_F(EmbeddedClusterTest, StartRecoversFromAKilledPostmaster) {
  auto owner = start();
  write_row(owner);
  open(owner).run_script("CHECKPOINT"_sql);
  const auto killed = postmaster_of(owner);
  ASSERT_EQ(::kill(killed, SIGKILL), 0);
  auto next = start();
  EXPECT_NE(postmaster_of(next), killed);
  EXPECT_EQ(read_row(next), 42);
}

TEST_F(EmbeddedClusterTest, PidFileThatNamesAnotherProcessIsStale) {
  fs::path data;
  {
    auto cluster = start();
    write_row(cluster);
    data = cluster.data_directory();
  }
  std::ofstream(data / "postmaster.pid") << ::getpid() << "\n" << data.string() << "\n";
  const auto cluster = start();
  EXPECT_EQ(read_row(cluster), 42);
}

TEST_F(EmbeddedClusterTest, TakesOverTheServerOfAKilledOwner) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t owner = ::fork();
  if (owner == 0) {
    auto cluster = start();
    write_row(cluster);
    const char done = 1;
    (void)!::write(ready[1], &done, 1);
    for (;;) ::pause();
  }
  ::close(ready[1]);
  char done = 0;
  ASSERT_EQ(::read(ready[0], &done, 1), 1);
  ::close(ready[0]);
  ::kill(owner, SIGKILL);
  ::waitpid(owner, nullptr, 0);

  auto heir = start();
  EXPECT_TRUE(heir.owns_server());
  EXPECT_EQ(read_row(heir), 42);
  heir.stop();
  EXPECT_FALSE(fs::exists(heir.data_directory() / "postmaster.pid"));
}

TEST_F(EmbeddedClusterTest, LongPathGetsAShortSocketDirectory) {
  const auto deep = directory_ / std::string(60, 'a') / std::string(60, 'b');
  fs::path sockets;
  {
    auto cluster = start(deep);
    sockets = cluster.database("postgres").parameters().at("host");
    EXPECT_LE(sockets.string().size(), 60U);
    EXPECT_EQ(fs::status(sockets).permissions(), fs::perms(0700));
    EXPECT_NO_THROW(open(cluster));
  }
  fs::remove_all(sockets);
}

TEST_F(EmbeddedClusterTest, PathThatAShellWouldReadWorks) {
  fs::path sockets;
  {
    auto cluster = start(directory_ / "a b,\"$(touch hit)`c`");
    sockets = cluster.database("postgres").parameters().at("host");
    EXPECT_NO_THROW(open(cluster));
  }
  fs::remove_all(sockets);
}

TEST_F(EmbeddedClusterTest, HalfFinishedInitdbIsRedone) {
  const auto unfinished = directory_ / "server" / "data.new";
  { start().stop(); }
  fs::rename(directory_ / "server" / "data", unfinished);
  fs::remove(unfinished / "global" / "pg_control");
  const auto cluster = start();
  EXPECT_NO_THROW(open(cluster));
  EXPECT_FALSE(fs::exists(unfinished));
}

TEST_F(EmbeddedClusterTest, DirectoryThatPostgresCannotEnterIsReplacedAndFoundAgain) {
  // Only root runs PostgreSQL as another user; anybody else's server may enter where they may.
  const bool is_replaced = ::geteuid() == 0;
  fs::permissions(directory_, fs::perms(0700));
  {
    auto cluster = start();
    write_row(cluster);
    const auto data = cluster.data_directory();
    EXPECT_TRUE(data.string().starts_with(is_replaced ? "/var/tmp/tenure-" : directory_.string()));
    EXPECT_EQ(recorded_location(directory_), is_replaced ? data.parent_path().parent_path().string() : "");
  }
  const auto cluster = start();
  EXPECT_EQ(read_row(cluster), 42);
}

TEST_F(EmbeddedClusterTest, DirectoryOfSomebodyElseIsRefused) {
  // Root gives one away; anybody else takes one of root's.
  auto directory = fs::path("/");
  if (::geteuid() == 0) {
    directory = directory_;
    fs::create_directory(directory / "server");
    ASSERT_EQ(::chown((directory / "server").c_str(), 65534, 65534), 0);
  }
  try {
    EmbeddedCluster::start({.directory = directory, .durable = false});
    FAIL() << "started in a directory of somebody else's";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ::geteuid() == 0 ? ErrorCode::refused : ErrorCode::unavailable);
  }
}

TEST_F(EmbeddedClusterTest, FailedStartShowsTheEndOfTheLog) {
  fs::path data;
  {
    auto cluster = start();
    data = cluster.data_directory();
  }
  std::ofstream(data / "postgresql.conf", std::ios::app) << "\nno_such_setting = 1\n";
  try {
    start();
    FAIL() << "started with an unknown setting";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("no_such_setting"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace tenure::pg
