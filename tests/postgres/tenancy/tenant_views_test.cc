#include "tenancy/domains.h"
#include "tests/postgres/tenancy/tenancy_test.h"

// Spec D5: tenants and domains as other programs read them.
namespace tenure::tenancy {
namespace {

class TenantViews : public TenancyTest {
 protected:
  std::string clients() const {
    return db_.value(
        "select string_agg(name || ' ' || coalesce(schema_name, '-'), ', ' order by name) from "
        "public.tenants_client");
  }
  std::string domains() const {
    return db_.value("select string_agg(domain || ' ' || is_primary, ', ' order by domain) from public.tenants_domain");
  }
  std::string columns_of(const std::string& view) const {
    return db_.value(
        "select string_agg(column_name || ' ' || data_type, ', ' order by ordinal_position) from "
        "information_schema.columns where table_schema = 'public' and table_name = '" +
        view + "'");
  }

  Domains domains_{pool_};
};

TEST_F(TenantViews, HaveTheColumnsThatTheyPromise) {
  EXPECT_EQ(columns_of("tenants_client"), "id uuid, schema_name text, name character varying, created_on date");
  EXPECT_EQ(columns_of("tenants_domain"), "domain character varying, tenant_id uuid, is_primary boolean");
}

TEST_F(TenantViews, ShowTenantsAndDomainsAsTheyAreNow) {
  const auto forn = tenant("Forn");
  tenant("Nou");
  domains_.add(forn.id, "forn.example", call_);
  domains_.add(forn.id, "shop.forn.example", call_);
  EXPECT_EQ(clients(), "Forn -, Nou -");
  EXPECT_EQ(domains(), "forn.example true, shop.forn.example false");
  EXPECT_EQ(db_.value("select created_on = (now() at time zone 'UTC')::date from public.tenants_client limit 1"), "t");
  tenants_.suspend(forn.id, call_);
  EXPECT_EQ(clients(), "Forn -, Nou -") << "a suspended tenant is still one";
  tenants_.soft_delete(forn.id, std::chrono::hours(24), call_);
  EXPECT_EQ(clients(), "Nou -");
  EXPECT_EQ(domains(), "NULL");
  tenants_.restore(forn.id, call_);
  EXPECT_EQ(domains(), "forn.example true, shop.forn.example false");
}

// The registry is made by whoever migrates first, which may be long after the views.
TEST_F(TenantViews, NameTheSchemaOfATenantThatHasOne) {
  const auto forn = tenant("Forn");
  tenant("Nou");
  db_.run(
      "create schema if not exists tenure; create table tenure.schemas (tenant_id uuid, name text, state text);"
      "insert into tenure.schemas values ('" +
      forn.id.str() + "', 'forn', 'live'), (null, 'public', 'live')");
  EXPECT_EQ(clients(), "Forn forn, Nou -");
  db_.run("update tenure.schemas set state = 'dropping'");
  EXPECT_EQ(clients(), "Forn -, Nou -");
}

TEST_F(TenantViews, AreReadByAProgramThatMayReadNothingElse) {
  const auto reader = db_.name() + "_reader";
  tenant("Forn");
  db_.run(
      "create schema if not exists tenure; create table tenure.schemas (tenant_id uuid, name text, state text);"
      "create role " +
      reader + " login; grant select on public.tenants_client, public.tenants_domain to " + reader);
  auto session = pg::Connection::open(db_.settings().with("user", reader));
  const auto sql = [](const char* text) { return pg::Sql::script_from_operator(text); };
  EXPECT_EQ(session.exec(sql("select count(*) from public.tenants_client")).text(0, 0), "1");
  EXPECT_EQ(session.exec(sql("select count(*) from public.tenants_domain")).text(0, 0), "0");
  EXPECT_THROW(session.exec(sql("select count(*) from tenancy.tenants")), Error);
  EXPECT_THROW(session.exec(sql("select * from tenancy.schema_names()")), Error);
  db_.run("drop owned by " + reader + "; drop role " + reader);
}

TEST_F(TenantViews, SomethingElseOfTheirNameStays) {
  db_.run("drop view public.tenants_client; create table public.tenants_client (mine int)");
  auto session = db_.connect();
  install_schema(session);
  EXPECT_EQ(columns_of("tenants_client"), "mine integer");
  db_.run("drop schema public cascade");
  EXPECT_NO_THROW(install_schema(session)) << "without a schema public there are none";
}

TEST_F(TenantViews, ARoleThatMayMakeNothingInPublicKeepsTenantsAllTheSame) {
  const auto role = db_.name() + "_keeper";
  db_.run(
      "drop view public.tenants_client, public.tenants_domain; drop schema tenancy, tenure cascade;"
      "create role " +
      role + " login; grant create on database " + db_.name() + " to " + role);
  auto session = pg::Connection::open(db_.settings().with("user", role));
  EXPECT_NO_THROW(install_schema(session));
  EXPECT_EQ(db_.value("select to_regclass('public.tenants_client')"), "NULL");
  db_.run("drop owned by " + role + " cascade; drop role " + role);
}

}  // namespace
}  // namespace tenure::tenancy
