#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/crash/holdings.h"
#include "tests/crash/places.h"

namespace tenure::crash {

/// What is wrong, a line each; nothing is.
using Problems = std::vector<std::string>;

/// What there was before anything was asked for.
struct Before {
  std::map<std::string, Holdings> of;  ///< by tenant
  Holdings beside;                     ///< everybody else's, and nobody's
};

/// Says whether what jobs have left behind is right, by looking at the databases, the files and the archive folder. It
/// knows the documents and none of the program's code.
class Checker {
 public:
  explicit Checker(Places places) : places_(std::move(places)) {}

  /// To be called while nobody writes.
  Before look(const std::vector<std::string>& tenants) const;

  /// Of a job that has ended: its record, what it did to its tenant, its archive.
  Problems problems_of_job(const std::string& job, const Before& before) const;
  /// Of all jobs of the tenants that were looked at; each finds what the one before it has left.
  Problems problems_of_jobs(const Before& before) const;
  /// Of everything together, when nothing runs any more: neighbours, leases, fences, transactions, files.
  Problems problems_of_estate(const Before& before) const;

 private:
  const Places places_;
};

// What the two are made of.

/// States and their order, the outbox, owners by epoch; steps that go with the job's end.
Problems problems_of_record(const Places& places, const std::string& job);
/// Rows and files gone, or all of them back; counts are those of what was there.
Problems problems_of_effect(const Places& places, const std::string& job, const Holdings& before);
/// The archive is there as long as its key, and readable by nobody without it.
Problems problems_of_archive(const Places& places, const std::string& job);
/// Receipts of an epoch that the fence should have refused, restorations that it would not keep late erasures out of;
/// transactions and files that nobody finishes.
Problems problems_of_services(const Places& places);
/// The record goes after everything was counted; what two-phase commit erased, it erased as it was decided.
Problems problems_of_order(const Places& places, const std::string& job);
/// Leases on jobs that have ended; more than one open job a tenant.
Problems problems_of_leases(const Places& places);

}  // namespace tenure::crash
