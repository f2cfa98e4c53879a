#include "tests/support/json_schema.h"

#include <algorithm>
#include <regex>
#include <set>
#include <stdexcept>

#include "base/ids.h"

namespace tenure::test {
namespace {

using nlohmann::json;

class Check {
 public:
  explicit Check(const json& document) : document_(document) {}

  std::vector<std::string> problems(const json& schema, const json& value, const std::string& path) const {
    std::vector<std::string> found;
    collect(schema, value, path, found);
    if (value.is_object()) collect_unnamed(schema, value, path, found);
    return found;
  }

 private:
  using Problems = std::vector<std::string>;

  void collect(const json& given, const json& value, const std::string& path, Problems& found) const {
    const auto& schema = resolved(given, document_);
    for (const auto& [keyword, rule] : schema.items()) apply(keyword, rule, schema, value, path, found);
  }

  void apply(const std::string& keyword, const json& rule, const json& schema, const json& value,
             const std::string& path, Problems& found) const {
    static const std::set<std::string> notes = {"description", "examples", "default", "title"};
    const auto expect = [&](bool holds) {
      if (!holds) found.push_back(path + ": not of " + keyword + " " + rule.dump() + ": " + value.dump());
    };
    if (notes.contains(keyword)) return;
    if (keyword == "type") return expect(is_of_type(rule, value));
    if (keyword == "const") return expect(value == rule);
    if (keyword == "enum") return expect(std::find(rule.begin(), rule.end(), value) != rule.end());
    if (keyword == "minimum") return expect(!value.is_number() || value >= rule);
    if (keyword == "maximum") return expect(!value.is_number() || value <= rule);
    if (keyword == "minLength") return expect(!value.is_string() || characters(value) >= rule.get<std::size_t>());
    if (keyword == "maxLength") return expect(!value.is_string() || characters(value) <= rule.get<std::size_t>());
    if (keyword == "pattern") return expect(!value.is_string() || matches(value, rule));
    if (keyword == "format") return expect(!value.is_string() || has_format(value, rule));
    if (keyword == "required") {
      return expect(!value.is_object() || std::all_of(rule.begin(), rule.end(), [&](const json& name) {
        return value.contains(name.get<std::string>());
      }));
    }
    if (keyword == "anyOf") {
      return expect(std::any_of(rule.begin(), rule.end(),
                                [&](const json& choice) { return problems(choice, value, path).empty(); }));
    }
    if (keyword == "allOf") {
      for (const auto& part : rule) collect(part, value, path, found);
      return;
    }
    if (keyword == "items") return collect_items(rule, value, path, found);
    if (keyword == "properties") return collect_properties(rule, value, path, found);
    if (keyword == "additionalProperties") return collect_others(rule, schema, value, path, found);
    throw std::invalid_argument("keyword " + keyword);
  }

  void append(Problems more, Problems& found) const { found.insert(found.end(), more.begin(), more.end()); }

  void collect_items(const json& schema, const json& value, const std::string& path, Problems& found) const {
    if (!value.is_array()) return;
    for (std::size_t at = 0; at < value.size(); ++at) {
      append(problems(schema, value[at], path + "/" + std::to_string(at)), found);
    }
  }

  void collect_properties(const json& schemas, const json& value, const std::string& path, Problems& found) const {
    if (!value.is_object()) return;
    for (const auto& [name, schema] : schemas.items()) {
      if (value.contains(name)) append(problems(schema, value[name], path + "/" + name), found);
    }
  }

  void collect_others(const json& rule, const json& schema, const json& value, const std::string& path,
                      Problems& found) const {
    if (!value.is_object() || !rule.is_object()) return;
    const auto named = schema.value("properties", json::object());
    for (const auto& [name, property] : value.items()) {
      if (!named.contains(name)) append(problems(rule, property, path + "/" + name), found);
    }
  }

  /// Whether the schema, or one it is put together of, says something about a property of this name. One that only
  /// says that there is an object leaves everything open.
  bool names(const json& given, const std::string& name) const {
    const auto& schema = resolved(given, document_);
    if (schema.empty() || (schema.size() == 1 && schema.value("type", json()) == "object")) return true;
    const auto properties = schema.find("properties");
    if (properties != schema.end() && properties->contains(name)) return true;
    const auto others = schema.find("additionalProperties");
    if (others != schema.end() && *others != json(false)) return true;
    for (const auto* keyword : {"allOf", "anyOf"}) {
      const auto parts = schema.find(keyword);
      if (parts == schema.end()) continue;
      if (std::any_of(parts->begin(), parts->end(), [&](const json& part) { return names(part, name); })) return true;
    }
    return false;
  }

  void collect_unnamed(const json& schema, const json& value, const std::string& path, Problems& found) const {
    for (const auto& [name, property] : value.items()) {
      if (!names(schema, name)) found.push_back(path + "/" + name + ": no schema names it");
    }
  }

  static bool is_of_type(const json& rule, const json& value) {
    if (rule.is_array()) {
      return std::any_of(rule.begin(), rule.end(), [&](const json& one) { return is_of_type(one, value); });
    }
    const auto type = rule.get<std::string>();
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    if (type == "boolean") return value.is_boolean();
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "null") return value.is_null();
    throw std::invalid_argument("type " + type);
  }

  static std::size_t characters(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
  }

  /// No pattern here is for long texts, on which std::regex runs out of stack.
  static bool matches(const std::string& text, const std::string& pattern) {
    return text.size() < 1000 && std::regex_search(text, std::regex(pattern));
  }

  static bool has_format(const std::string& text, const std::string& format) {
    if (format == "uuid") return matches(text, "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$");
    if (format == "date-time") {
      return matches(text, R"(^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$)");
    }
    if (format == "email") return matches(text, "^[^@ ]+@[^@ ]+$");
    if (format == "hostname") return matches(text, "^[a-z0-9.-]+$");
    if (format == "password") return true;
    throw std::invalid_argument("format " + format);
  }

  const json& document_;
};

}  // namespace

std::vector<std::string> problems_under(const json& schema, const json& value, const json& document) {
  return Check(document).problems(schema, value, "");
}

const json& resolved(const json& schema, const json& document) {
  if (!schema.is_object() || !schema.contains("$ref")) return schema;
  return document.at(json::json_pointer(schema.at("$ref").get<std::string>().substr(1)));
}

}  // namespace tenure::test
