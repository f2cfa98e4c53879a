#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/command_table.h"
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
  std::vector<std::string> services;
  for (const auto& service : estate.services) {
    if (std::holds_alternative<estate::OverBroker>(service.via)) services.push_back(service.name);
  }
  return {.settings = {.url = estate.broker->url, .ca_file = estate.broker->ca_file},
          .queues = events::queues_of(services)};
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

std::string redriven_text(const json& body) {
  const auto count = number_of(body, "redriven");
  return fmt::format("{} message{} put back into {}\n", grouped(count), count == 1 ? "" : "s",
                     text_or(body, "queue", ""));
}

int dead_letters(const Options& options) {
  const auto broker = broker_of(options);
  json letters = json::array();
  for (const auto& letter :
       events::list_dead_letters(broker.settings, broker.queues, options.limit, Call::within(kTimeout))) {
    letters.push_back(letter_to_json(letter));
  }
  print(options, {{"dead_letters", std::move(letters)}}, letters_text);
  return 0;
}

int redrive(const Options& options) {
  const auto broker = broker_of(options);
  if (std::ranges::find(broker.queues, options.queue) == broker.queues.end()) {
    throw Error(ErrorCode::not_found, fmt::format("queue: the estate has {}", fmt::join(broker.queues, ", ")));
  }
  const int count = events::redrive(broker.settings, options.queue, Call::within(kTimeout));
  print(options, {{"queue", options.queue}, {"redriven", count}}, redriven_text);
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
  auto& redriven = table.add_on_estate(group, "redrive", "Put a queue's dead letters back into it", &redrive);
  redriven.add_option("queue", options.queue, "The queue that they died in")->required();
  table.add_json(redriven);
}

}  // namespace tenure::cli
