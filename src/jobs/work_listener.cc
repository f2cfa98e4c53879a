#include "jobs/work_listener.h"

#include "jobs/sql.h"

namespace tenure::jobs {

WorkListener::WorkListener(pg::ConnectionSettings control, const std::function<void()>& on_work)
    : listener_(std::move(control), sql::kListenForWork,
                {.on_session = on_work, .on_payloads = [on_work](const auto&) { on_work(); }}) {}

}  // namespace tenure::jobs
