#include "tests/contract/message_world.h"

#include "events/relay_thread.h"
#include "messaging/in_process.h"
#include "messaging/message_store.h"
#include "tests/contract/world_behind.h"

namespace tenure::contract {
namespace {

class MessageWorld final : public WorldBehind {
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

 private:
  messaging::InProcessTransport::Responders responders() {
    messaging::InProcessTransport::Responders responders;
    responders["shop"] = std::make_unique<messaging::Responder>("shop", behind().data_store(), &inbox_, clock_);
    return responders;
  }

  const SystemClock clock_;
  pg::Pool inbox_{behind().database().settings(), 8};
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
