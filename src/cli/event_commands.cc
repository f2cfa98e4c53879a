#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/command_table.h"
#include "cli/confirmation.h"
#include "cli/estate_databases.h"
#include "cli/print.h"
#include "cli/text.h"
#include "estate/estate.h"
#include "events/rabbitmq/dead_letters.h"
#include "events/rabbitmq/topology.h"

namespace tenure::cli {
namespace {

using nlohmann::json;

constexpr Milliseconds kTimeout{60000};
constexpr int kMostPutBack = 1000;

/// The broker of an estate and its queues. Nothing else of the estate is used, no database either.
struct BrokerOfEstate {
  events::BrokerSettings settings;
  std::vector<std::string> queues;
};

BrokerOfEstate broker_of(const Options& options) {
  const auto estate = estate::read_estate(
      options.estate, pg::variables_of_environment(environment_variable, prefix_of_environment(options.environment)),
      options.embedded ? estate::DatabaseSource::embedded : estate::DatabaseSource::urls);
  if (!estate.broker) {
    throw Error(ErrorCode::invalid_argument, "the estate has no broker: its messages do not leave the process");
  }
  return {.settings = {.url = estate.broker->url, .ca_file = estate.broker->ca_file},
          .queues = events::queues_of(estate.services_by_message())};
}

json letter_to_json(const events::DeadLetter& letter) {
  return {{"queue", letter.queue},         {"message_id", letter.message_id},
          {"type", letter.type},           {"bytes", letter.bytes},
          {"reason", letter.death.reason}, {"died_at", letter.death.at ? json(to_rfc3339(*letter.death.at)) : json()}};
}

std::string letters_text(const json& body) {
  if (body["dead_letters"].empty()) return "no dead letters\n";
  Table table({{"QUEUE"}, {"MESSAGE"}, {"TYPE"}, {"BYTES", Align::right}, {"WHY"}, {"SINCE"}});
  for (const auto& letter : body["dead_letters"]) {
    table.add({text_or(letter, "queue", ""), text_or(letter, "message_id", "-"), text_or(letter, "type", "-"),
               grouped(number_of(letter, "bytes")), text_or(letter, "reason", "-"), text_or(letter, "died_at", "-")});
  }
  return table.text();
}

std::string messages_text(std::int64_t count) {
  return fmt::format("{} message{}", grouped(count), count == 1 ? "" : "s");
}

std::string redriven_text(const json& body) {
  auto text =
      fmt::format("{} put back into {}\n", messages_text(number_of(body, "redriven")), text_or(body, "queue", ""));
  const auto dropped = number_of(body, "dropped");
  if (dropped > 0) text += fmt::format("{} dropped that had expired\n", messages_text(dropped));
  return text;
}

json letters_in(const BrokerOfEstate& broker, const std::vector<std::string>& queues, int most) {
  json letters = json::array();
  for (const auto& letter : events::list_dead_letters(broker.settings, queues, most, Call::within(kTimeout))) {
    letters.push_back(letter_to_json(letter));
  }
  return {{"dead_letters", std::move(letters)}};
}

int dead_letters(const Options& options) {
  const auto broker = broker_of(options);
  print(options, letters_in(broker, broker.queues, options.limit), letters_text);
  return 0;
}

/// A request that is put back is an order like the first time.
void confirm_orders(const Options& options, const json& letters) {
  const auto count = static_cast<std::int64_t>(letters["dead_letters"].size());
  require_confirmation(
      options, {.stake = letters_text(letters) +
                         fmt::format("The service carries out again what these {} ask for, deletions among them, "
                                     "but for those that expired. ",
                                     messages_text(count)),
                .purpose = "put them back",
                .what = "the queue's name",
                .accepted = {options.queue}});
}

int redrive(const Options& options) {
  const auto broker = broker_of(options);
  if (std::ranges::find(broker.queues, options.queue) == broker.queues.end()) {
    throw Error(ErrorCode::not_found, fmt::format("queue: the estate has {}", fmt::join(broker.queues, ", ")));
  }
  const auto letters = letters_in(broker, {options.queue}, kMostPutBack);
  const auto shown = static_cast<std::int64_t>(letters["dead_letters"].size());
  if (options.queue != events::kAnswerQueue && shown > 0) confirm_orders(options, letters);
  const auto redriven = events::redrive(broker.settings, options.queue, shown, Call::within(kTimeout));
  print(options, {{"queue", options.queue}, {"redriven", redriven.put_back}, {"dropped", redriven.dropped}},
        redriven_text);
  return 0;
}

}  // namespace

void add_event_commands(CommandTable& table) {
  auto& options = table.options();
  auto& group = CommandTable::add_group(table.root(), "events", "Messages on the estate's broker");
  auto& listed = table.add_on_estate(group, "dead-letters", "Messages that nobody could handle", &dead_letters);
  listed.add_option("--limit", options.limit, "At most this many of each queue, the oldest first")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  table.add_json(listed);
  auto& redriven =
      table.add_on_estate(group, "redrive", "Put a queue's dead letters back into it, 1000 at a time", &redrive);
  redriven.add_option("queue", options.queue, "The queue that they died in")->required();
  table.add_confirm(redriven, "The queue's name, where requests are carried out again");
  table.add_json(redriven);
}

}  // namespace tenure::cli
