#include <gmock/gmock.h>

#include "base/base64url.h"
#include "tests/unit/archive/archiving.h"

// C7: an archive is read for as long as it is kept, whatever has been released meanwhile. The file below was written by
// the first release that had archives; a change that fails here needs a new format version.
namespace tenure::archive {
namespace {

using testing::ElementsAre;

constexpr const char* kOldKey =
    "v1.k1.LsNwQMN2pJsTIZbW9h5xT-RpQsVNnkWpLsgxPfE-Xw3A-r43NjqQKxheI0nGq8PhIdBtR_7X0uaIzzg9KsmnFJjIFLFvkGtf";
const Mark kOldMark{
    .length = 750, .sections = 2, .digest = "123c068976e52c76c25866e4e6427b690044d6437438fce3da5bfec6bc3fc9ea"};
constexpr const char* kOldFile =
    "VEVOVVJFQVIBAAAALy6yWokoaD5oE8yDiNjGa2bW9xLN9qUxWiAbt0AHMkTNM1Apx5jcDLCsM__PO6jYeELsBfGB5q9_saelZOJp"
    "_a80mXDuKY3mwwAAANVXLdS996FSGQb3yAt9WbzJUkKFH-qoiR9I1YOYUwElAdJF5Zom0byta5EXRKzYHSd0hnHdU3ASz5NVNXwB"
    "YPoTAmCzmxiGPlB_aHhuLH-vsBHu5YlgT_H_bDZ-2i178WLZeorbve4aJL6pRZ3SqYoRElCqBrmwtmmx_0mmNZg303MHOrQ0QDQ_"
    "eIlmHLBDvbBb0jwy29NwJ7MZSszVh4nBZV0pgFo7x3yECB1T9KUXJ6Imi6Geyn3Icwi_-Avjk4aXGCMAAABmN_eBvsN7mHjtnna9"
    "0Bg63_DvZMUiMOMIMwo5If1fP0F4R0EAAACn1R6Ch3EKFDe-zb5oc5lN-E6ta-ibn6BP_6NuPtXp3voGa3yIrJ7aZHOM9LXTu-rD"
    "5KCHfRpc7j_u-0JBEBdjsnMBAAAAAAAA-G-AI1N6AxnZSDJvvDHh5vqg7DydBuKQW-M9Mld-tCOYBwLXaWTg6GdfYY2SbwWewi5O"
    "djxcaf2zAAAALJWJl2TFG74VyeYdzHv0IJNUhuBadt3mNK1_0geahGth9yh0i0Ewo3XbMe2t-naHO5rHDM0eKGDjUdOFXxCy34_s"
    "P86befstM9anwEfRpsU09vf14xV1T7wnKmsqeLQDfbapQKGZfbPp8ibVt0U9s2IBUPdFRlaDJx2KSfraFhFNVhee98_9I_pUsIrE"
    "QLpu9Jp9HNxJUFz3qZXy2RPhEXJ_F7QjlWd-g1TmKs89sp93JP4fAAAA3mxMRv2aLHcXLmuwBSkU-F0Ia9urpUdLD8R1D-f9l0EA"
    "AACtoPNhNvtnB_jJMDm3AVz6ErAGqnqS0EYIdyuHu1JVgcHgk63bc3fKEiuLvRHEZgJK9utXyzWIfoUtUN68GZZVhV8BAAAAAAAA";

class OldFiles : public Archiving {
 protected:
  OldFiles() {
    vault_ = Vault(folder_.path(), KeyRing::parse(Secret("k1:S0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0s")));
    key_ = {kOldKey};
    std::filesystem::create_directory(path().parent_path());
    put_bytes(from_base64url(kOldFile).value());
  }
};

TEST_F(OldFiles, AreRead) {
  EXPECT_THAT(read(kOldMark), ElementsAre(rows_of("items", "1\t2\n3\t\\N\n", 2), file_at("a.bin", "bytes")));
}

TEST_F(OldFiles, AreWrittenOn) {
  const auto mark = write({rows_of("more", "4\t5\n")}, kOldMark);
  EXPECT_THAT(read(mark),
              ElementsAre(rows_of("items", "1\t2\n3\t\\N\n", 2), file_at("a.bin", "bytes"), rows_of("more", "4\t5\n")));
}

}  // namespace
}  // namespace tenure::archive
