#include "tests/contract/remote_world.h"

#include "server/contract_routes.h"
#include "store/remote/remote_store.h"
#include "tests/contract/postgres_world.h"
#include "tests/support/listening_server.h"

namespace tenure::contract {
namespace {

class RemoteWorld final : public BlockableWorld {
 public:
  store::TenantDataStore& data_store() override { return remote_; }
  store::Counts fill(const TenantId& tenant) override { return inner_.fill(tenant); }
  std::string add_row(const TenantId& tenant) override { return inner_.add_row(tenant); }
  std::int64_t rows_of(const TenantId& tenant) const override { return inner_.rows_of(tenant); }
  std::string digest_without(const std::optional<TenantId>& tenant) const override {
    return inner_.digest_without(tenant);
  }
  Obstacle block() override { return inner_.block(); }
  archive::WrappedKey key_for(const JobId& job) const override { return inner_.key_for(job); }

 private:
  server::Router routes() {
    server::Router router;
    add_contract_routes(router, {{.name = "shop", .prefix = "shop", .data_store = &inner_.data_store()}}, clock_);
    return router;
  }

  const SystemClock clock_;
  PostgresWorld inner_{Role::superuser};
  test::ListeningServer server_{routes()};
  store::RemoteStore remote_{{.url = server_.url(), .prefix = "shop", .archives = true},
                             [this] { return server_.service_token("shop"); }};
};

}  // namespace

std::unique_ptr<BlockableWorld> make_blockable_remote_world() { return std::make_unique<RemoteWorld>(); }
std::unique_ptr<World> make_remote_world() { return make_blockable_remote_world(); }

}  // namespace tenure::contract
