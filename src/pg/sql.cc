#include "pg/sql.h"

namespace tenure::pg {

std::string Identifier::quoted() const {
  std::string quoted = "\"";
  for (const char c : name_) {
    if (c == '"') quoted.push_back('"');
    quoted.push_back(c);
  }
  quoted.push_back('"');
  return quoted;
}

SqlBuilder& SqlBuilder::operator<<(const Identifier& name) {
  text_ += name.quoted();
  return *this;
}

SqlBuilder& SqlBuilder::operator<<(const Sql& sql) {
  text_ += sql.text();
  return *this;
}

SqlBuilder& SqlBuilder::operator<<(int number) {
  text_ += std::to_string(number);
  return *this;
}

SqlBuilder& SqlBuilder::constant(std::string_view value) {
  const bool has_backslash = value.find('\\') != std::string_view::npos;
  text_ += has_backslash ? " E'" : "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text_.push_back(c);
    text_.push_back(c);
  }
  text_.push_back('\'');
  return *this;
}

}  // namespace tenure::pg
