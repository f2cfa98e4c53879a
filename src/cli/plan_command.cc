#include <fmt/format.h>

#include <iostream>

#include "cli/assembly.h"
#include "cli/commands.h"
#include "cli/plan_text.h"

namespace tenure::cli {

int plan(const Options& options) {
  const auto kind = options.plan_for_user ? SubjectKind::user : SubjectKind::tenant;
  std::optional<Subject> subject;
  if (!options.tenant.empty()) {
    subject = options.plan_for_user ? Subject(UserId::parse(options.tenant)) : Subject(TenantId::parse(options.tenant));
  }
  Assembly assembly(assembly_settings(options));
  auto& store = assembly.postgres_store(options.service);
  const auto call = Call::within(Milliseconds(60000));
  const auto plan = store.plan(kind, call);
  std::optional<store::Preview> preview;
  if (subject) preview = store.preview(*subject, call);
  if (options.json) {
    std::cout << plan_json(options.service, plan, preview).dump(2) << "\n";
  } else {
    std::cout << plan_text(options.service, plan, preview, options.sql);
  }
  return 0;
}

}  // namespace tenure::cli
