#pragma once

#include <amqp.h>
#include <amqp_framing.h>

#include <string>
#include <vector>

#include "events/rabbitmq/arrival.h"

/// Messages as AMQP 0-9-1 writes them. Only for this folder's .cc files.
namespace tenure::events {

/// Bytes that live as long as `text`.
amqp_bytes_t bytes_of(const std::string& text);
std::string text_of(amqp_bytes_t bytes);

// Entries of a table; all of them live as long as what they were made of.
amqp_table_entry_t text_entry(const char* name, const char* value);
amqp_table_entry_t number_entry(const char* name, int value);
amqp_table_entry_t true_entry(const char* name);
amqp_table_entry_t table_entry(const char* name, const amqp_table_t& value);
amqp_table_t table_of(std::vector<amqp_table_entry_t>& entries);

/// What the properties of a message are made of beside the message.
struct PropertyTexts {
  explicit PropertyTexts(const Message& message);

  std::string expiration;   ///< in milliseconds; empty for never
  std::string traceparent;  ///< empty for none
  std::vector<amqp_table_entry_t> headers;
};

/// Properties that live as long as both, neither of which is moved; the body is no part of them.
amqp_basic_properties_t properties_of(const Message& message, PropertyTexts& texts);

/// Fills all but the body, and why the message died if it did.
void read_properties(const amqp_basic_properties_t& properties, Arrival& arrival);

}  // namespace tenure::events
