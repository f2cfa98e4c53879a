#include "tests/crash/small_disk.h"

#include <sys/mount.h>

#include <fstream>
#include <string>

namespace tenure::crash {

SmallDisk::SmallDisk(std::filesystem::path folder)
    : folder_(std::move(folder)),
      is_mounted_(::mount("tmpfs", folder_.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "size=4m,mode=0700") == 0) {}

SmallDisk::~SmallDisk() {
  if (is_mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
}

void SmallDisk::fill() const {
  if (!is_mounted_) return make_read_only();
  std::ofstream file(filler(), std::ios::binary);
  const std::string block(4096, 'x');
  while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) continue;
}

void SmallDisk::empty() const {
  if (!is_mounted_) return make_writable();
  std::filesystem::remove(filler());
}

void SmallDisk::make_read_only() const {
  if (!is_mounted_)
    return std::filesystem::permissions(folder_,
                                        std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  ::mount("tmpfs", folder_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, "size=4m");
}

void SmallDisk::make_writable() const {
  if (!is_mounted_) return std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
  ::mount("tmpfs", folder_.c_str(), "tmpfs", MS_REMOUNT | MS_NOSUID | MS_NODEV, "size=4m");
}

}  // namespace tenure::crash
