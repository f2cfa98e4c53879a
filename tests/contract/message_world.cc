#include "tests/contract/message_world.h"

#include "events/relay_thread.h"
#include "messaging/in_process.h"
#include "messaging/message_store.h"
#include "tests/contract/postgres_world.h"

namespace tenure::contract {
namespace {

class MessageWorld final : public BlockableWorld {
 public:
  MessageWorld() {
    auto connection = database_.connect();
    events::install_schema(connection);
    messaging::install_schema(connection);
    desk_.start();
    relay_.start();
  }
  ~MessageWorld() override { relay_.stop(); }

  store::TenantDataStore& data_store() override { return store_; }
  store::Counts fill(const TenantId& tenant) override { return inner_.fill(tenant); }
  std::string add_row(const TenantId& tenant) override { return inner_.add_row(tenant); }
  std::int64_t rows_of(const TenantId& tenant) const override { return inner_.rows_of(tenant); }
  std::string digest_without(const std::optional<TenantId>& tenant) const override {
    return inner_.digest_without(tenant);
  }
  Obstacle block() override { return inner_.block(); }
  archive::WrappedKey key_for(const JobId& job) const override { return inner_.key_for(job); }

 private:
  messaging::InProcessTransport::Responders responders() {
    messaging::InProcessTransport::Responders responders;
    responders["shop"] = std::make_unique<messaging::Responder>("shop", inner_.data_store(), &inbox_, clock_);
    return responders;
  }

  const SystemClock clock_;
  PostgresWorld inner_{Role::superuser};
  pg::Pool inbox_{inner_.database().settings(), 8};
  const test::TestDatabase database_;
  pg::Pool control_{database_.settings(), 16};
  messaging::AnswerDesk desk_{control_};
  messaging::InProcessTransport transport_{responders(), desk_};
  events::RelayThread relay_{control_, transport_};
  messaging::MessageStore store_{"shop", desk_, true};
};

}  // namespace

std::unique_ptr<BlockableWorld> make_blockable_message_world() { return std::make_unique<MessageWorld>(); }
std::unique_ptr<World> make_message_world() { return make_blockable_message_world(); }

}  // namespace tenure::contract
