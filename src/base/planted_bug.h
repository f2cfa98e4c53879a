#pragma once

#include <algorithm>
#include <array>
#include <string_view>

/// Mistakes that the program makes on purpose when a test asks for them, so that the tests are seen to notice: each is
/// a safeguard left out at one place, `if (!TENURE_BUG("name")) …`. Only in builds with the CMake option
/// TENURE_FAILPOINTS; elsewhere the expression is `false`. The variable TENURE_BUG names the one to make.
namespace tenure::planted_bug {

inline constexpr std::array kAll{
    std::string_view("step.epoch_unchecked"),        ///< a step is written with whatever epoch the job has
    std::string_view("fence.epoch_unchecked"),       ///< a service lets an earlier owner in
    std::string_view("receipt.apart"),               ///< the receipt is written after its transaction
    std::string_view("key.of_the_epoch"),            ///< the same order has another key after a take-over
    std::string_view("answer.assumed"),              ///< a lost answer is taken for success and not asked for
    std::string_view("archive.not_synced"),          ///< what a power cut takes is what was not synced
    std::string_view("restore.skips_a_table"),       ///< the first table in the archive does not come back
    std::string_view("restore.same_epoch"),          ///< compensation without a higher epoch
    std::string_view("prepared.gone_is_committed"),  ///< 42704 is taken for success, without a look at the receipt
    std::string_view("record.before_recount"),       ///< the tenant record goes while rows may be left
    std::string_view("event.twice"),                 ///< tenant.deleted is published twice
    std::string_view("lease.for_ever"),              ///< the lease of a dead owner does not run out
    std::string_view("archive.files_stay"),          ///< the archive's files outlive its key
};

/// A name that is not in the list does not compile.
class Name {
 public:
  consteval explicit Name(std::string_view name) : name_(name) {
    if (std::find(kAll.begin(), kAll.end(), name) == kAll.end()) throw "no such planted bug";
  }
  std::string_view text() const { return name_; }

 private:
  std::string_view name_;
};

/// Whether the variable names this one. Thread-safe.
bool is_asked_for(Name name);

}  // namespace tenure::planted_bug

#ifdef TENURE_FAILPOINTS
#define TENURE_BUG(name) ::tenure::planted_bug::is_asked_for(::tenure::planted_bug::Name(name))
#else
#define TENURE_BUG(name) (static_cast<void>(::tenure::planted_bug::Name(name)), false)
#endif
