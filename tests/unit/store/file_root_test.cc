#include "store/files/file_root.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <set>

#include "base/error.h"
#include "tests/support/temporary_folder.h"

// A4 and "Bad input": files go by a path that data names, and no path leads out of its root.
namespace tenure::store {
namespace {

using test::TemporaryFolder;

using testing::HasSubstr;
using testing::Not;
using Removed = FileRoot::Removed;

class FileRoots : public testing::Test {
 protected:
  FileRoots() {
    outside_.write("kept.txt");
    folder_.write("a/b/c.txt");
    folder_.write("a/top.txt");
  }

  /// The code with which `action` is refused; the message tells nothing of a path.
  template <class Action>
  static ErrorCode refusal_of(Action action) {
    try {
      action();
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), Not(HasSubstr("secret")));
      return error.code();
    }
    ADD_FAILURE() << "was not refused";
    return ErrorCode::internal;
  }

  TemporaryFolder outside_;
  TemporaryFolder folder_;
  FileRoot root_{folder_.path()};
};

TEST_F(FileRoots, AFileIsRemovedOnce) {
  EXPECT_EQ(root_.remove("a/b/c.txt"), Removed::removed);
  EXPECT_FALSE(folder_.has("a/b/c.txt"));
  EXPECT_EQ(root_.remove("a/b/c.txt"), Removed::missing);
  EXPECT_TRUE(folder_.has("a/top.txt"));
}

TEST_F(FileRoots, AFileInAFolderThatIsNotThereIsMissing) {
  EXPECT_EQ(root_.remove("nowhere/b/c.txt"), Removed::missing);
  EXPECT_EQ(root_.remove("a/top.txt/c.txt"), Removed::missing);
}

TEST_F(FileRoots, PathsThatCouldLeaveTheRootAreInvalid) {
  const std::string paths[] = {"",
                               "/",
                               "/etc/secret",
                               "..",
                               "../secret",
                               "a/../../secret",
                               "a/../a/top.txt",
                               "a//top.txt",
                               "a/",
                               "./a/top.txt",
                               "a/./top.txt",
                               ".",
                               "a/..",
                               std::string("a/top.txt\0secret", 16),
                               std::string("\0", 1),
                               "a/" + std::string(256, 'x')};
  for (const auto& path : paths) {
    EXPECT_EQ(refusal_of([&] { root_.remove(path); }), ErrorCode::invalid_argument) << path;
  }
  EXPECT_TRUE(folder_.has("a/top.txt"));
}

TEST_F(FileRoots, NamesWithDotsOrBackslashesAreOnlyNames) {
  for (const auto* name : {"...", "..a", "a..", "..\\..\\secret", "~", "%2e%2e", "-rf"}) {
    folder_.write(name);
    EXPECT_EQ(root_.remove(name), Removed::removed) << name;
  }
}

TEST_F(FileRoots, ALinkAtTheEndIsRemovedAndItsTargetStays) {
  folder_.link("a/file", outside_ / "kept.txt");
  folder_.link("a/folder", outside_.path());
  folder_.link("a/dangling", outside_ / "nowhere");
  for (const auto* name : {"a/file", "a/folder", "a/dangling"}) EXPECT_EQ(root_.remove(name), Removed::removed);
  EXPECT_FALSE(folder_.has("a/folder"));
  EXPECT_TRUE(outside_.has("kept.txt"));
}

TEST_F(FileRoots, ALinkOnTheWayIsRefusedEvenWhenItStaysInside) {
  folder_.link("out", outside_.path());
  folder_.link("a/in", folder_ / "a");
  EXPECT_EQ(refusal_of([&] { root_.remove("out/kept.txt"); }), ErrorCode::refused);
  EXPECT_EQ(refusal_of([&] { root_.remove("a/in/top.txt"); }), ErrorCode::refused);
  EXPECT_TRUE(outside_.has("kept.txt"));
  EXPECT_TRUE(folder_.has("a/top.txt"));
}

TEST_F(FileRoots, AFolderIsNotRemovedAsAFile) {
  EXPECT_EQ(refusal_of([&] { root_.remove("a/b"); }), ErrorCode::refused);
  EXPECT_TRUE(folder_.has("a/b/c.txt"));
}

TEST_F(FileRoots, TenuresOwnReceiptsAreOutOfReachOfData) {
  folder_.write(".tenure/x/receipt.json");
  EXPECT_EQ(refusal_of([&] { root_.remove(".tenure/x/receipt.json"); }), ErrorCode::refused);
  EXPECT_TRUE(folder_.has(".tenure/x/receipt.json"));
}

TEST_F(FileRoots, TheRootItselfMayBeALink) {
  TemporaryFolder links;
  links.link("root", folder_.path());
  EXPECT_EQ(FileRoot(links / "root").remove("a/top.txt"), Removed::removed);
}

TEST_F(FileRoots, ARootThatIsNotAFolderIsUnavailable) {
  EXPECT_EQ(refusal_of([&] { FileRoot(folder_ / "nowhere"); }), ErrorCode::unavailable);
  EXPECT_EQ(refusal_of([&] { FileRoot(folder_ / "a/top.txt"); }), ErrorCode::unavailable);
}

TEST_F(FileRoots, ATreeIsCountedAndRemovedWithItsLinksAndWithoutWhatTheyPointTo) {
  folder_.link("a/b/out", outside_.path());
  folder_.link("a/out.txt", outside_ / "kept.txt");
  std::filesystem::create_directories(folder_ / "a/empty/deep");
  EXPECT_EQ(root_.count_tree("a"), 4);
  EXPECT_EQ(root_.remove_tree("a"), 4);
  EXPECT_FALSE(folder_.has("a"));
  EXPECT_TRUE(outside_.has("kept.txt"));
  EXPECT_EQ(root_.count_tree("a"), 0);
  EXPECT_EQ(root_.remove_tree("a"), 0);
}

TEST_F(FileRoots, ATreeThatIsALinkOrAFileIsRefused) {
  folder_.link("link", outside_.path());
  folder_.write("file");
  for (const auto* name : {"link", "file"}) {
    EXPECT_EQ(refusal_of([&] { root_.count_tree(name); }), ErrorCode::refused);
    EXPECT_EQ(refusal_of([&] { root_.remove_tree(name); }), ErrorCode::refused);
    EXPECT_EQ(refusal_of([&] { root_.rename_folder(name, "new"); }), ErrorCode::refused);
  }
  EXPECT_TRUE(outside_.has("kept.txt"));
  EXPECT_TRUE(folder_.has("link"));
}

TEST_F(FileRoots, ATreeIsNamedByOneComponent) {
  for (const auto* name : {"a/b", "..", "", "/"}) {
    EXPECT_EQ(refusal_of([&] { root_.remove_tree(name); }), ErrorCode::invalid_argument) << name;
  }
  EXPECT_TRUE(folder_.has("a/b/c.txt"));
}

TEST_F(FileRoots, ATreeOfManyFilesGoesWhole) {
  for (int i = 0; i < 1000; ++i) folder_.write("many/" + std::to_string(i % 7) + "/" + std::to_string(i));
  EXPECT_EQ(root_.remove_tree("many"), 1000);
  EXPECT_FALSE(folder_.has("many"));
}

TEST_F(FileRoots, FoldersNestedTooDeepAreRefusedWhenCounted) {
  std::string path = "deep";
  for (int i = 0; i < 250; ++i) path += "/d";
  folder_.write(path + "/file");
  EXPECT_EQ(refusal_of([&] { root_.count_tree("deep"); }), ErrorCode::refused);
}

TEST_F(FileRoots, AWalkStopsBetweenTwoEntriesWhenAskedTo) {
  int entries = 0;
  const auto stop_at_the_second = [&] {
    if (++entries == 2) throw Error(ErrorCode::timeout, "enough");
  };
  EXPECT_EQ(refusal_of([&] { root_.remove_tree("a", stop_at_the_second); }), ErrorCode::timeout);
  EXPECT_TRUE(folder_.has("a"));
}

TEST_F(FileRoots, AFolderIsRenamedButNotOverAnother) {
  folder_.write("other/x");
  EXPECT_EQ(refusal_of([&] { root_.rename_folder("a", "other"); }), ErrorCode::conflict);
  EXPECT_FALSE(root_.rename_folder("nowhere", "new"));
  EXPECT_TRUE(root_.rename_folder("a", "new"));
  EXPECT_TRUE(folder_.has("new/b/c.txt"));
  EXPECT_FALSE(root_.has_folder("a"));
}

TEST_F(FileRoots, AFileWrittenDurablyReadsBackAndLeavesNothingBesides) {
  const auto inner = root_.make_folder("inner");
  EXPECT_EQ(inner.read("receipt"), std::nullopt);
  inner.write_durably("receipt", "one");
  inner.write_durably("receipt", "two");
  EXPECT_EQ(root_.make_folder("inner").read("receipt"), "two");
  EXPECT_EQ(root_.count_tree("inner"), 1);
}

TEST_F(FileRoots, WhatAKilledCallHasLeftGoesWhenTheFileIsMadeAgain) {
  const auto names = [&] {
    std::set<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "a")) {
      found.insert(entry.path().filename().string());
    }
    return found;
  };
  const auto make = [&](bool is_killed) {
    root_.create("a/new.txt", S_IFREG | 0640, [&](const TakeBytes& take) {
      take("half of it");
      if (is_killed) ::raise(SIGKILL);
    });
  };
  EXPECT_EXIT(make(true), testing::KilledBySignal(SIGKILL), "");
  EXPECT_EQ(names().size(), 3U) << "b, top.txt and what was begun";
  make(false);
  EXPECT_THAT(names(), testing::UnorderedElementsAre("b", "top.txt", "new.txt"));
}

TEST_F(FileRoots, AFileOfOnesOwnThatIsALinkIsNotRead) {
  folder_.link("receipt", outside_ / "kept.txt");
  EXPECT_EQ(refusal_of([&] { root_.read("receipt"); }), ErrorCode::unavailable);
}

TEST_F(FileRoots, ALockIsHeldByOneAtATime) {
  auto first = root_.try_lock();
  EXPECT_TRUE(first.has_value());
  EXPECT_FALSE(root_.try_lock().has_value());
  first.reset();
  EXPECT_TRUE(root_.try_lock().has_value());
}

}  // namespace
}  // namespace tenure::store
