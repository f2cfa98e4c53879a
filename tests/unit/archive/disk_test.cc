#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <optional>

#include "tests/unit/archive/archiving.h"

// "Bad input and faults" of reversible erasure: the archive's folder missing, read-only or full, a file that somebody
// removes or writes meanwhile. Each is a clear error that may pass, names the file, and loses nothing that was sealed.
namespace tenure::archive {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class Disk : public Archiving {
 protected:
  static void expect_unavailable(const Failure& failure, const std::filesystem::path& path, const std::string& why) {
    EXPECT_EQ(failure.code, ErrorCode::unavailable);
    EXPECT_EQ(failure.retry, Retry::later);
    EXPECT_THAT(failure.message, AllOf(HasSubstr(path.string()), HasSubstr(why)));
  }
};

/// A disk of one MiB at `path`: a file system of its own where root may mount one, else as much as a limit on the size
/// of files can pretend.
class SmallDisk {
 public:
  explicit SmallDisk(const std::filesystem::path& path) : path_(path) {
    std::filesystem::create_directory(path);
    is_mounted_ = ::mount("tmpfs", path.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "size=1m") == 0;
    if (is_mounted_) return;
    ::getrlimit(RLIMIT_FSIZE, &before_);
    auto limit = before_;
    limit.rlim_cur = 1024 * 1024;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
  }
  ~SmallDisk() {
    if (is_mounted_) {
      ::umount2(path_.c_str(), MNT_DETACH);
      return;
    }
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  void fill() const {
    if (is_mounted_) {
      std::ofstream(path_ / "filler") << std::string(2 * 1024 * 1024, 'x');
    } else {
      const rlimit none{.rlim_cur = 0, .rlim_max = before_.rlim_max};
      ::setrlimit(RLIMIT_FSIZE, &none);
    }
  }
  const char* why() const { return is_mounted_ ? "No space left on device" : "File too large"; }

 private:
  std::filesystem::path path_;
  bool is_mounted_ = false;
  rlimit before_{};
  void (*handler_)(int) = SIG_DFL;
};

/// A folder that may be looked into and not changed, for whoever runs the test.
class ReadOnlyFolder {
 public:
  explicit ReadOnlyFolder(const std::filesystem::path& path) : path_(path) {
    ::chmod(path.c_str(), 0555);
    if (user_ == 0) {
      EXPECT_EQ(::seteuid(65534), 0);
    }
  }
  ~ReadOnlyFolder() {
    if (user_ == 0) {
      EXPECT_EQ(::seteuid(0), 0);
    }
    ::chmod(path_.c_str(), 0700);
  }
  ReadOnlyFolder(const ReadOnlyFolder&) = delete;
  ReadOnlyFolder& operator=(const ReadOnlyFolder&) = delete;

 private:
  std::filesystem::path path_;
  uid_t user_ = ::geteuid();
};

TEST_F(Disk, AFullDiskIsNoticedAndWhatWasSealedStays) {
  const SmallDisk disk(folder_ / "small");
  vault_ = Vault(folder_ / "small", ring_);
  const auto mark = write({rows_of("a", "1")});
  {
    Writer writer(vault_, label_, key_, [&] { return mark; });
    writer.begin_section(rows_of("b", "").info);
    const auto failure = failure_of([&] {
      for (std::uint32_t piece = 0; piece < 200; ++piece) writer.append(noise(10000, piece));
      writer.end_section(1);
      writer.seal();
    });
    expect_unavailable(failure, path(), disk.why());
    EXPECT_EQ(error_of([&] { writer.append("more"); }), ErrorCode::internal);
    EXPECT_EQ(error_of([&] { writer.seal(); }), ErrorCode::internal);
  }
  EXPECT_THAT(read(mark), ElementsAre(rows_of("a", "1")));
  EXPECT_THAT(read(write({rows_of("c", "3")}, mark)), ElementsAre(rows_of("a", "1"), rows_of("c", "3")));
}

TEST_F(Disk, AMissingFolderIsNotMadeUp) {
  vault_ = Vault(folder_ / "not mounted", ring_);
  expect_unavailable(failure_of([&] { write({}); }), folder_ / "not mounted", "No such file");
  expect_unavailable(failure_of([&] { vault_.check_writable(); }), folder_ / "not mounted", "No such file");
  expect_unavailable(failure_of([&] { vault_.remove_job(label_.job); }), folder_ / "not mounted", "No such file");
  EXPECT_FALSE(folder_.has("not mounted"));
}

TEST_F(Disk, AFolderThatIsAFileIsNamed) {
  folder_.write("vault");
  vault_ = Vault(folder_ / "vault", ring_);
  expect_unavailable(failure_of([&] { write({}); }), folder_ / "vault", "Not a directory");
  expect_unavailable(failure_of([&] { vault_.check_writable(); }), folder_ / "vault", "Not a directory");
}

TEST_F(Disk, AReadOnlyFolderIsNamed) {
  const ReadOnlyFolder read_only(folder_.path());
  expect_unavailable(failure_of([&] { write({}); }), path().parent_path(), "Permission denied");
  expect_unavailable(failure_of([&] { vault_.check_writable(); }), folder_.path(), "Permission denied");
}

TEST_F(Disk, AFileThatCannotBeReadIsUnavailableAndNotCorrupt) {
  const auto mark = write({rows_of("a", "1")});
  std::filesystem::remove(path());
  std::filesystem::create_directory(path());
  expect_unavailable(failure_of([&] { read(mark); }), path(), "Is a directory");
  expect_unavailable(failure_of([&] { write({}, mark); }), path(), "Is a directory");
}

TEST_F(Disk, ALinkInThePlaceOfTheFileIsNotFollowed) {
  folder_.write("elsewhere", "kept");
  std::filesystem::create_directory(path().parent_path());
  std::filesystem::create_symlink(folder_ / "elsewhere", path());
  expect_unavailable(failure_of([&] { write({}); }), path(), "symbolic links");
  EXPECT_EQ(std::filesystem::file_size(folder_ / "elsewhere"), 4U);
}

TEST_F(Disk, OnlyOneWriterHasAFileAtATime) {
  std::optional<Writer> first;
  first.emplace(vault_, label_, key_, [] { return Mark{}; });
  bool is_asked = false;
  const auto second = [&] {
    Writer(vault_, label_, key_, [&] {
      is_asked = true;
      return Mark{};
    });
  };
  expect_unavailable(failure_of(second), path(), "someone else is writing it");
  EXPECT_FALSE(is_asked);
  first.reset();
  second();
  EXPECT_TRUE(is_asked);
}

TEST_F(Disk, TheMarkIsReadOnlyWhenNobodyElseCanMoveIt) {
  Writer(vault_, label_, key_, [&] {
    EXPECT_EQ(error_of([&] { write({}); }), ErrorCode::unavailable);
    return Mark{};
  });
}

// A process is stopped before it has opened the file, for longer than its lease; its successor writes and commits.
TEST_F(Disk, AWriterWhoseTransactionIsGoneCutsNothingOff) {
  const auto mark = write({rows_of("a", "1")});
  EXPECT_EQ(error_of([&] {
              Writer(vault_, label_, key_, []() -> Mark { throw Error(ErrorCode::unavailable, "connection lost"); });
            }),
            ErrorCode::unavailable);
  EXPECT_THAT(read(mark), ElementsAre(rows_of("a", "1")));
}

TEST_F(Disk, AReaderDoesNotWaitForAWriter) {
  const auto mark = write({rows_of("a", "1")});
  Writer writer(vault_, label_, key_, [&] { return mark; });
  writer.begin_section(rows_of("b", "").info);
  writer.append(noise(200000));
  EXPECT_THAT(read(mark), ElementsAre(rows_of("a", "1")));
}

TEST_F(Disk, AFileRemovedWhileItIsWrittenIsNotSealed) {
  Writer writer(vault_, label_, key_, [] { return Mark{}; });
  vault_.remove_job(label_.job);
  expect_unavailable(failure_of([&] { writer.seal(); }), path(), "has been removed");
}

TEST_F(Disk, AnotherFileInItsPlaceIsNotSealed) {
  Writer writer(vault_, label_, key_, [] { return Mark{}; });
  std::filesystem::remove(path());
  put_bytes("x");
  expect_unavailable(failure_of([&] { writer.seal(); }), path(), "has been removed");
}

class VaultFolder : public Disk {};

TEST_F(VaultFolder, RemovingAJobRemovesItsFilesAndNoOthers) {
  write({rows_of("a", "1")});
  const auto removed = label_.job;
  label_.job = JobId::random();
  key_ = ring_.wrap(data_key_, label_.job);
  const auto kept = write({rows_of("b", "2")});
  vault_.remove_job(removed);
  vault_.remove_job(removed);
  EXPECT_FALSE(folder_.has(removed.str()));
  EXPECT_THAT(read(kept), ElementsAre(rows_of("b", "2")));
}

TEST_F(VaultFolder, RemovingAJobFollowsNoLink) {
  write({});
  folder_.write("elsewhere/kept");
  std::filesystem::create_symlink(folder_ / "elsewhere", path().parent_path() / "link");
  vault_.remove_job(label_.job);
  EXPECT_TRUE(folder_.has("elsewhere/kept"));
  EXPECT_FALSE(folder_.has(label_.job.str()));
}

TEST_F(VaultFolder, TryingWhetherItIsWritableLeavesNothing) {
  vault_.check_writable();
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(VaultFolder, AFullDiskIsNoticedBeforeAnErasure) {
  const SmallDisk disk(folder_ / "small");
  const Vault vault(folder_ / "small", ring_);
  vault.check_writable();
  disk.fill();
  expect_unavailable(failure_of([&] { vault.check_writable(); }), folder_ / "small", disk.why());
  std::filesystem::remove(folder_ / "small" / "filler");
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "small"));
}

TEST_F(VaultFolder, AServiceThatIsNoNameForAFileIsRefused) {
  for (const auto* service : {"", ".", "..", "../x", "a/b", ".hidden"}) {
    EXPECT_EQ(error_of([&] { vault_.file_of(label_.job, service); }), ErrorCode::invalid_argument) << service;
  }
  EXPECT_EQ(error_of([&] { vault_.file_of(label_.job, std::string(300, 'a')); }), ErrorCode::invalid_argument);
  EXPECT_EQ(error_of([&] { vault_.file_of(label_.job, std::string("a\0b", 3)); }), ErrorCode::invalid_argument);
  EXPECT_EQ(vault_.file_of(label_.job, "orders"), folder_ / kJob / "orders.archive");
}

}  // namespace
}  // namespace tenure::archive
