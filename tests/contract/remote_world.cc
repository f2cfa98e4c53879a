#include "tests/contract/remote_world.h"

#include "server/contract_routes.h"
#include "store/remote/remote_store.h"
#include "tests/contract/world_behind.h"
#include "tests/support/listening_server.h"

namespace tenure::contract {
namespace {

class RemoteWorld final : public WorldBehind {
 public:
  store::TenantDataStore& data_store() override { return remote_; }

 private:
  server::Router routes() {
    server::Router router;
    add_contract_routes(router, {{.name = "shop", .prefix = "shop", .data_store = &behind().data_store()}}, clock_);
    return router;
  }

  const SystemClock clock_;
  test::ListeningServer server_{routes()};
  store::RemoteStore remote_{{.url = server_.url(), .prefix = "shop", .archives = true},
                             [this] { return server_.service_token("shop"); }};
};

}  // namespace

std::unique_ptr<BlockableWorld> make_blockable_remote_world() { return std::make_unique<RemoteWorld>(); }
std::unique_ptr<World> make_remote_world() { return make_blockable_remote_world(); }

}  // namespace tenure::contract
