#include "events/rabbitmq/properties.h"

#include <chrono>
#include <string_view>

namespace tenure::events {
namespace {

constexpr std::uint8_t kPersistent = 2;
// As OpenTelemetry's conventions for messages have it.
constexpr const char* kTraceHeader = "traceparent";

WallTime time_from(std::uint64_t seconds) { return WallTime(std::chrono::seconds(static_cast<std::int64_t>(seconds))); }

const amqp_field_value_t* find(const amqp_table_t& table, std::string_view name) {
  for (int at = 0; at < table.num_entries; ++at) {
    if (text_of(table.entries[at].key) == name) return &table.entries[at].value;
  }
  return nullptr;
}

std::string text_at(const amqp_table_t& table, std::string_view name) {
  const auto* value = find(table, name);
  const bool is_text = value != nullptr && value->kind == AMQP_FIELD_KIND_UTF8;
  return is_text ? text_of(value->value.bytes) : std::string();
}

// The header "x-death" is a list of tables, the latest death first.
std::optional<Death> read_death(const amqp_table_t& headers) {
  const auto* deaths = find(headers, "x-death");
  if (deaths == nullptr || deaths->kind != AMQP_FIELD_KIND_ARRAY || deaths->value.array.num_entries == 0) return {};
  const auto& latest = deaths->value.array.entries[0];
  if (latest.kind != AMQP_FIELD_KIND_TABLE) return {};
  Death death{.reason = text_at(latest.value.table, "reason"), .queue = text_at(latest.value.table, "queue")};
  if (const auto* time = find(latest.value.table, "time"); time != nullptr && time->kind == AMQP_FIELD_KIND_TIMESTAMP) {
    death.at = time_from(time->value.u64);
  }
  return death;
}

}  // namespace

amqp_bytes_t bytes_of(const std::string& text) { return {.len = text.size(), .bytes = const_cast<char*>(text.data())}; }

std::string text_of(amqp_bytes_t bytes) { return {static_cast<const char*>(bytes.bytes), bytes.len}; }

amqp_table_entry_t text_entry(const char* name, const char* value) {
  amqp_table_entry_t entry{.key = amqp_cstring_bytes(name), .value = {}};
  entry.value.kind = AMQP_FIELD_KIND_UTF8;
  entry.value.value.bytes = amqp_cstring_bytes(value);
  return entry;
}

amqp_table_entry_t number_entry(const char* name, int value) {
  amqp_table_entry_t entry{.key = amqp_cstring_bytes(name), .value = {}};
  entry.value.kind = AMQP_FIELD_KIND_I32;
  entry.value.value.i32 = value;
  return entry;
}

amqp_table_entry_t true_entry(const char* name) {
  amqp_table_entry_t entry{.key = amqp_cstring_bytes(name), .value = {}};
  entry.value.kind = AMQP_FIELD_KIND_BOOLEAN;
  entry.value.value.boolean = 1;
  return entry;
}

amqp_table_entry_t table_entry(const char* name, const amqp_table_t& value) {
  amqp_table_entry_t entry{.key = amqp_cstring_bytes(name), .value = {}};
  entry.value.kind = AMQP_FIELD_KIND_TABLE;
  entry.value.value.table = value;
  return entry;
}

amqp_table_t table_of(std::vector<amqp_table_entry_t>& entries) {
  return {.num_entries = static_cast<int>(entries.size()), .entries = entries.data()};
}

PropertyTexts::PropertyTexts(const Message& message)
    : expiration(message.expires_in ? std::to_string(message.expires_in->count()) : ""),
      traceparent(message.trace ? message.trace->traceparent() : "") {}

amqp_basic_properties_t properties_of(const Message& message, PropertyTexts& texts) {
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG |
                      AMQP_BASIC_TYPE_FLAG | AMQP_BASIC_TIMESTAMP_FLAG | AMQP_BASIC_APP_ID_FLAG;
  properties.content_type = amqp_cstring_bytes("application/json");
  properties.delivery_mode = kPersistent;
  properties.message_id = bytes_of(message.id);
  properties.type = bytes_of(message.type);
  properties.timestamp = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(message.sent_at.time_since_epoch()).count());
  properties.app_id = amqp_cstring_bytes("tenure");
  if (!message.correlation_id.empty()) {
    properties._flags |= AMQP_BASIC_CORRELATION_ID_FLAG;
    properties.correlation_id = bytes_of(message.correlation_id);
  }
  if (!texts.expiration.empty()) {
    properties._flags |= AMQP_BASIC_EXPIRATION_FLAG;
    properties.expiration = bytes_of(texts.expiration);
  }
  if (!texts.traceparent.empty()) {
    texts.headers = {text_entry(kTraceHeader, texts.traceparent.c_str())};
    properties._flags |= AMQP_BASIC_HEADERS_FLAG;
    properties.headers = table_of(texts.headers);
  }
  return properties;
}

void read_properties(const amqp_basic_properties_t& properties, Arrival& arrival) {
  const auto has = [&](amqp_flags_t flag) { return (properties._flags & flag) != 0; };
  auto& message = arrival.message;
  if (has(AMQP_BASIC_MESSAGE_ID_FLAG)) message.id = text_of(properties.message_id);
  if (has(AMQP_BASIC_TYPE_FLAG)) message.type = text_of(properties.type);
  if (has(AMQP_BASIC_CORRELATION_ID_FLAG)) message.correlation_id = text_of(properties.correlation_id);
  if (has(AMQP_BASIC_TIMESTAMP_FLAG)) message.sent_at = time_from(properties.timestamp);
  if (!has(AMQP_BASIC_HEADERS_FLAG)) return;
  message.trace = TraceContext::parse(text_at(properties.headers, kTraceHeader));
  arrival.death = read_death(properties.headers);
}

}  // namespace tenure::events
