#include "estate/row_security_section.h"

#include "estate/notation.h"

namespace tenure::estate {

RowSecurity read_row_security(const Value& value) {
  const Fields fields(value, {"role", "setting"});
  RowSecurity row_security{.role = {}, .setting = {}, .line = value.line()};
  set(row_security.role, fields.require("role"), is_name, "the name of a role");
  set(row_security.setting, fields.require("setting"), is_custom_setting,
      "a setting of the application's own, with a dot in it, such as app.tenant_id");
  return row_security;
}

}  // namespace tenure::estate
