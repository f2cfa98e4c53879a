#include "server/live_feed.h"

#include <algorithm>
#include <utility>

#include "base/pause.h"
#include "erasure/job_json.h"

namespace tenure::server {
namespace {

using nlohmann::json;

// For resuming: a job of twelve services makes about thirty.
constexpr std::size_t kKeptEvents = 4096;
constexpr int kPage = 500;

std::string text_of(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

SharedFrame frame_of(const json& event) {
  return std::make_shared<const std::string>(encode_frame(Opcode::text, text_of(event)));
}

std::vector<jobs::JobState> open_states() {
  std::vector<jobs::JobState> open;
  for (const auto state : jobs::all_job_states()) {
    if (!jobs::is_terminal(state)) open.push_back(state);
  }
  return open;
}

bool awaits_approval(const jobs::Job& job) {
  const auto is_good = [](const auto& approval) { return !approval.lapsed_at; };
  return job.state == jobs::JobState::awaiting_approval ||
         (job.state == jobs::JobState::scheduled && job.needs_approval && std::ranges::none_of(job.approvals, is_good));
}

/// What somebody looks at first has the least: jobs at work, then decisions, then what begins soonest, then the newest.
std::int64_t rank_of(const jobs::Job& job) {
  using jobs::JobState;
  constexpr std::int64_t kClass = 1'000'000'000'000;  // more than the seconds of any time
  const auto seconds = [](const WallTime& time) {
    return std::int64_t{std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count()};
  };
  switch (job.state) {
    case JobState::running:
    case JobState::verifying:
    case JobState::compensating:
      return -seconds(job.created_at);
    case JobState::scheduled:
      if (!awaits_approval(job)) return 4 * kClass + seconds(job.run_at.value_or(job.created_at));
      [[fallthrough]];
    case JobState::awaiting_approval:
      return 2 * kClass - seconds(job.created_at);
    default:
      return 6 * kClass - seconds(job.created_at);
  }
}

json without_services(json job) {
  job.erase("service_results");
  // They follow from the services.
  job.erase("total_items_deleted");
  job.erase("services_completed");
  job.erase("services_failed");
  return job;
}

/// What was told of calls that still run: of steps that are as they were.
template <class Progress>
Progress of_same_calls(Progress progress, const json& before, const json& now) {
  const auto step_of = [](const json& job, const std::string& service) {
    return job["service_results"].value(service, json());
  };
  std::erase_if(progress, [&](const auto& one) { return step_of(before, one.first) != step_of(now, one.first); });
  return progress;
}

}  // namespace

bool Viewer::may_see(const Subject& subject, const std::optional<UserId>& initiated_by) const {
  if (sees_all || (user && initiated_by == user)) return true;
  const auto* tenant = std::get_if<TenantId>(&subject);
  return tenant != nullptr && tenants.contains(*tenant);
}

LiveFeed::LiveFeed(jobs::JobStore& store, const pg::ConnectionSettings& control)
    : store_(store),
      id_(Uuid::random().str()),
      listener_(control, {.on_gap = [this] { refresh(); },
                          .on_change = [this](const std::vector<JobId>& changed) { reread(changed); }}),
      teller_([this](const std::stop_token& stop) { tell_progress(stop); }) {}

void LiveFeed::subscribe(const std::shared_ptr<WebSocket>& socket, Viewer viewer,
                         const std::optional<FeedPosition>& after) {
  const std::lock_guard guard(mutex_);
  const auto known = std::ranges::find(subscriptions_, socket, &Subscription::socket);
  if (known != subscriptions_.end()) {
    if (known->viewer == viewer) return;
    known->viewer = std::move(viewer);
    socket->send(snapshot_for(known->viewer));
    send_progress(*known);
    return;
  }
  const auto& added = subscriptions_.emplace_back(Subscription{socket, std::move(viewer)});
  if (!resume(added, after)) socket->send(snapshot_for(added.viewer));
  send_progress(added);
}

void LiveFeed::unsubscribe(const std::shared_ptr<WebSocket>& socket) {
  const std::lock_guard guard(mutex_);
  std::erase_if(subscriptions_, [&](const auto& subscription) { return subscription.socket == socket; });
}

std::size_t LiveFeed::viewers() const {
  const std::lock_guard guard(mutex_);
  return subscriptions_.size();
}

bool LiveFeed::resume(const Subscription& subscription, const std::optional<FeedPosition>& after) const {
  if (!after || after->feed != id_ || after->number > number_) return false;
  if (after->number < number_ && (kept_.empty() || kept_.front().number > after->number + 1)) return false;
  subscription.socket->send(frame_of({{"type", "resumed"}, {"feed", id_}, {"number", number_}}));
  for (const auto& event : kept_) {
    if (event.number > after->number && subscription.viewer.may_see(event.subject, event.initiated_by)) {
      subscription.socket->send(event.frame);
    }
  }
  return true;
}

void LiveFeed::send_progress(const Subscription& subscription) const {
  for (const auto& [id, told] : told_) {
    if (told.progress.empty() || !subscription.viewer.may_see(told.subject, told.initiated_by)) continue;
    for (const auto& [service, progress] : told.progress) {
      if (progress.is_told) subscription.socket->send(progress.frame);
    }
  }
}

SharedFrame LiveFeed::snapshot_for(const Viewer& viewer) const {
  std::map<std::string_view, std::int64_t> open;
  std::vector<const Told*> seen;
  for (const auto& [id, told] : told_) {
    if (!viewer.may_see(told.subject, told.initiated_by)) continue;
    ++open[jobs::to_string(told.state)];
    seen.push_back(&told);
  }
  const auto sent = seen.begin() + static_cast<std::ptrdiff_t>(std::min(seen.size(), kSnapshotJobs));
  std::ranges::partial_sort(seen, sent, {}, &Told::rank);
  // The jobs are text already, so that a snapshot costs little more than its bytes.
  auto text = text_of({{"type", "snapshot"}, {"feed", id_}, {"number", number_}, {"open", open}});
  text.pop_back();
  text += ",\"jobs\":[";
  for (auto told = seen.begin(); told != sent; ++told) {
    if (told != seen.begin()) text += ',';
    text += (*told)->job;
  }
  return std::make_shared<const std::string>(encode_frame(Opcode::text, text + "]}"));
}

/// Reads all open jobs, and those that were open when they were last read.
void LiveFeed::refresh() {
  std::set<JobId> gone;
  {
    const std::lock_guard guard(mutex_);
    for (const auto& [id, told] : told_) gone.insert(id);
  }
  jobs::JobFilter filter{.states = open_states(), .limit = kPage};
  for (;;) {
    const auto page = store_.list(filter);
    for (const auto& job : page.jobs) {
      gone.erase(job.id);
      tell(job);
    }
    if (page.next.empty()) break;
    filter.cursor = page.next;
  }
  reread({gone.begin(), gone.end()});
}

void LiveFeed::reread(const std::vector<JobId>& changed) {
  for (const auto& id : changed) {
    if (const auto job = store_.find(id)) tell(*job);
  }
}

void LiveFeed::tell(const jobs::Job& job) {
  const auto whole = erasure::job_to_json(job);
  Told now{.subject = job.subject,
           .initiated_by = job.initiated_by,
           .state = job.state,
           .rank = rank_of(job),
           .job = text_of(whole)};
  const std::lock_guard guard(mutex_);
  const auto told = told_.find(job.id);
  const auto before = told == told_.end() ? json() : json::parse(told->second.job);
  if (before.is_null() || without_services(before) != without_services(whole)) {
    const auto was = before.is_null() ? json() : json(jobs::to_string(told->second.state));
    publish({{"type", "job"}, {"was", was}, {"job", whole}}, now);
  } else {
    for (const auto& [service, step] : whole["service_results"].items()) {
      if (before["service_results"].value(service, json()) == step) continue;
      publish({{"type", "step"}, {"job_id", job.id.str()}, {"service", service}, {"step", step}}, now);
    }
  }
  if (told != told_.end()) now.progress = of_same_calls(std::move(told->second.progress), before, whole);
  if (jobs::is_terminal(job.state)) {
    told_.erase(job.id);
  } else {
    told_.insert_or_assign(job.id, std::move(now));
  }
}

void LiveFeed::publish(json event, const Told& about) {
  event["number"] = ++number_;
  const auto frame = frame_of(event);
  kept_.push_back({number_, about.subject, about.initiated_by, frame});
  if (kept_.size() > kKeptEvents) kept_.pop_front();
  for (const auto& subscription : subscriptions_) {
    if (subscription.viewer.may_see(about.subject, about.initiated_by)) subscription.socket->send(frame);
  }
}

void LiveFeed::note(const erasure::ErasureEvent& event) {
  if (event.service.empty() || event.step_state != jobs::StepState::running) return;
  const std::lock_guard guard(mutex_);
  const auto told = told_.find(event.job);
  if (told == told_.end()) return;
  std::int64_t total = 0;
  for (const auto& [table, rows] : event.deleted_counts) total += rows;
  told->second.progress[event.service] = {
      .frame =
          frame_of({{"type", "progress"}, {"job_id", event.job.str()}, {"service", event.service}, {"total", total}})};
  has_untold_ = true;
  untold_.notify_one();
}

// A job makes hundreds of them, and each costs a write for everybody who watches.
void LiveFeed::tell_progress(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (untold_.wait(lock, stop, [this] { return has_untold_; })) {
    has_untold_ = false;
    for (auto& [id, told] : told_) {
      for (auto& [service, progress] : told.progress) {
        if (std::exchange(progress.is_told, true)) continue;
        for (const auto& subscription : subscriptions_) {
          if (subscription.viewer.may_see(told.subject, told.initiated_by)) subscription.socket->send(progress.frame);
        }
      }
    }
    lock.unlock();
    pause(kBetweenProgress, stop);
    lock.lock();
  }
}

}  // namespace tenure::server
