#include "pg/settings.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <charconv>
#include <memory>
#include <utility>
#include <vector>

#include "base/error.h"

namespace tenure::pg {
namespace {

using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

Error malformed(std::string_view field, std::string_view why) {
  return Error(ErrorCode::invalid_argument, fmt::format("{}: {}", field, why));
}

bool is_port_list(std::string_view text) {
  while (!text.empty()) {
    const auto comma = text.find(',');
    const auto port = text.substr(0, comma);
    int value = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), value);
    if (!port.empty() && (error != std::errc() || end != port.data() + port.size() || value < 1 || value > 65535)) {
      return false;
    }
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return true;
}

/// libpq ends the user and password at the first @ and the host at the first slash, and takes what a password like
/// "p@ss" or "12/ss" leaves over for a host or a database: a name that is printed.
bool has_loose_separator(std::string_view url) {
  auto rest = url.substr(url.find("://") + 3);
  const auto end = rest.find_first_of("@/");
  if (end != std::string_view::npos && rest[end] == '@') rest.remove_prefix(end + 1);
  return rest.substr(0, rest.find('?')).find('@') != std::string_view::npos;
}

std::string with_prefix(std::string_view prefix, std::string_view name) {
  return prefix.empty() ? std::string(name) : fmt::format("{}_{}", prefix, name);
}

bool has_parts(const ConnectionSettings::Variables& variables, std::string_view prefix) {
  return variables(with_prefix(prefix, "DB_NAME")).has_value();
}

/// The variable that holds the URL, and the URL; nothing when it is to be put together from parts.
std::optional<std::pair<std::string, std::string>> find_url(const ConnectionSettings::Variables& variables,
                                                            std::string_view prefix) {
  std::vector<std::string> names;
  if (!prefix.empty()) names = {with_prefix(prefix, "DB_URL"), with_prefix(prefix, "DATABASE_URL")};
  // Parts of an environment's own come before the URL of all.
  if (prefix.empty() || !has_parts(variables, prefix)) names.emplace_back("DATABASE_URL");
  for (auto& name : names) {
    if (auto url = variables(name)) return std::pair(std::move(name), *std::move(url));
  }
  return std::nullopt;
}

}  // namespace

ConnectionSettings ConnectionSettings::parse(std::string_view url, std::string_view field) {
  if (url.empty()) throw malformed(field, "is empty");
  // Without a scheme or an equals sign libpq would take the whole text for a database name.
  const bool is_url = url.starts_with("postgres://") || url.starts_with("postgresql://");
  if (!is_url && url.find("://") != std::string_view::npos) {
    throw malformed(field, "the scheme must be postgresql:// or postgres://");
  }
  if (!is_url && url.find('=') == std::string_view::npos) {
    throw malformed(field, "neither a postgresql:// URL nor a key=value string");
  }
  if (url.find('\0') != std::string_view::npos) throw malformed(field, "holds a NUL character");
  if (is_url && has_loose_separator(url)) {
    throw malformed(field, "an @ or / in user, password or database must be percent-encoded (%40, %2F)");
  }
  char* message = nullptr;
  const Options options(PQconninfoParse(std::string(url).c_str(), &message), &PQconninfoFree);
  // libpq's message quotes the text it could not read, password and all, so it is not passed on.
  if (message != nullptr) PQfreemem(message);
  if (!options) throw malformed(field, "libpq cannot read it; percent-encode @ : / % # ? in user and password");

  ConnectionSettings settings;
  for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    if (std::string_view(option->keyword) == "password") {
      settings.password_ = Secret(option->val);
    } else {
      settings.parameters_[option->keyword] = option->val;
    }
  }
  const auto port = settings.parameters_.find("port");
  if (port != settings.parameters_.end() && !is_port_list(port->second)) {
    throw malformed(field, "the port is not a number from 1 to 65535");
  }
  return settings;
}

ConnectionSettings ConnectionSettings::from_environment(const Variables& variables, std::string_view prefix) {
  if (const auto found = find_url(variables, prefix)) return parse(found->second, found->first);
  return from_parts(variables, has_parts(variables, prefix) ? prefix : std::string_view());
}

ConnectionSettings ConnectionSettings::from_parts(const Variables& variables, std::string_view prefix) {
  // The variable's name as well, for messages.
  const auto find = [&](std::string_view name) {
    auto own = with_prefix(prefix, name);
    if (auto value = variables(own)) return std::pair(std::move(own), std::move(value));
    return std::pair(std::string(name), variables(name));
  };
  if (const auto [name, engine] = find("DB_ENGINE"); engine && engine->find("postgres") == std::string::npos) {
    throw malformed(name, "only PostgreSQL is supported");
  }
  ConnectionSettings settings;
  const auto take = [&](std::string_view variable, const char* parameter) {
    auto [name, value] = find(variable);
    if (!value) return;
    if (value->find('\0') != std::string::npos) throw malformed(name, "holds a NUL character");
    settings.parameters_[parameter] = *std::move(value);
  };
  take("DB_USER", "user");
  take("DB_HOST", "host");
  take("DB_PORT", "port");
  take("DB_NAME", "dbname");
  if (auto [name, password] = find("DB_PASSWORD"); password) settings.password_ = Secret(*std::move(password));
  const auto& database = settings.parameters_["dbname"];
  if (database.empty()) throw malformed("DATABASE_URL", "is not set, and neither is DB_NAME");
  // libpq would read such a name as a whole connection string.
  if (database.find('=') != std::string::npos || database.find("://") != std::string::npos) {
    throw malformed(find("DB_NAME").first, "is not the name of a database; a URL goes into DATABASE_URL");
  }
  if (const auto port = settings.parameters_.find("port");
      port != settings.parameters_.end() && (port->second.empty() || !is_port_list(port->second))) {
    throw malformed(find("DB_PORT").first, "is not a number from 1 to 65535");
  }
  return settings;
}

Secret ConnectionSettings::conninfo() const {
  std::string text;
  const auto add = [&](const std::string& name, const std::string& value) {
    text += name + "='";
    for (const char letter : value) {
      if (letter == '\'' || letter == '\\') text += '\\';
      text += letter;
    }
    text += "' ";
  };
  for (const auto& [name, value] : parameters_) add(name, value);
  if (!password_.empty()) add("password", password_.reveal());
  return Secret(std::move(text));
}

ConnectionSettings::Variables variables_of_environment(ConnectionSettings::Variables variables, std::string prefix) {
  return [variables = std::move(variables),
          prefix = std::move(prefix)](std::string_view name) -> std::optional<std::string> {
    if (name == "DATABASE_URL") {
      if (auto found = find_url(variables, prefix)) return std::move(found->second);
      if (!has_parts(variables, prefix) && !has_parts(variables, "")) return std::nullopt;
      return ConnectionSettings::from_environment(variables, prefix).conninfo().reveal();
    }
    if (!prefix.empty()) {
      if (auto value = variables(with_prefix(prefix, name))) return value;
    }
    return variables(name);
  };
}

ConnectionSettings ConnectionSettings::with(std::string_view parameter, std::string value) const {
  ConnectionSettings changed = *this;
  changed.parameters_[std::string(parameter)] = std::move(value);
  return changed;
}

std::string ConnectionSettings::description() const {
  const auto value = [&](const char* name, const char* fallback) {
    const auto found = parameters_.find(name);
    return found == parameters_.end() ? std::string(fallback) : found->second;
  };
  return fmt::format("database {} on {}:{} as {}", value("dbname", "(default)"), value("host", "local socket"),
                     value("port", "5432"), value("user", "(default)"));
}

}  // namespace tenure::pg
