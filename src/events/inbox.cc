#include "events/inbox.h"

#include "base/error.h"
#include "events/sql.h"
#include "pg/sqlstate.h"

namespace tenure::events {

using pg::operator""_sql;

void install_inbox(pg::Connection& connection) {
  if (connection.exec(sql::kFindInbox).boolean(0, 0)) return;
  try {
    connection.run_script(sql::kCreateInbox);
  } catch (const Error& error) {
    if (connection.is_in_transaction()) connection.exec("ROLLBACK"_sql);
    if (error.sqlstate() != pg::kInsufficientPrivilege) throw;
    throw Error(ErrorCode::refused,
                "the role may not create the table \"tenure.inbox\"; grant it CREATE on the database, or run "
                "src/events/sql/create_inbox.sql as the owner and grant it the table");
  }
}

std::optional<std::string> receive(pg::Transaction& transaction, const InboxKey& key) {
  return transaction.exec(sql::kReceiveMessage, pg::Params(key.consumer, key.message_id)).optional_text(0, 0);
}

void record_answer(pg::Transaction& transaction, const InboxKey& key, const std::string& answer) {
  transaction.exec(sql::kRecordAnswer, pg::Params(key.consumer, key.message_id, answer));
}

void forget_received(pg::Connection& connection) { connection.exec(sql::kForgetReceived); }

}  // namespace tenure::events
