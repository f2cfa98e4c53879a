#include "audit/note.h"

#include "audit/sql.h"
#include "pg/installation.h"

namespace tenure::audit {

void install_notes(pg::Connection& connection) { pg::install(connection, sql::kCreateNotes, "tenure.audit_notes"); }

void note(pg::Transaction& transaction, const Note& note) {
  transaction.exec(sql::kAddNote, pg::Params(to_string(note.action), to_string(note.by.kind), note.by.id, note.tenant,
                                             note.person, note.job));
}

Note note_of(Action action, const Actor& by, const Subject& subject, const JobId& job) {
  Note note{.action = action, .by = by, .job = job};
  if (const auto* tenant = std::get_if<TenantId>(&subject)) note.tenant = *tenant;
  if (const auto* user = std::get_if<UserId>(&subject)) note.person = *user;
  return note;
}

}  // namespace tenure::audit
