#include "server/client_address.h"

#include <gtest/gtest.h>

// Spec B9: whose address is counted behind a proxy.
namespace tenure::server {
namespace {

const std::vector<Network> kProxies{*Network::parse("10.0.0.0/8"), *Network::parse("::1")};

std::string client(const std::string& peer, const std::string& forwarded, const std::vector<Network>& proxies) {
  Request request;
  request.remote_address = peer;
  if (!forwarded.empty()) request.headers["x-forwarded-for"] = forwarded;
  return client_of(request, proxies);
}

TEST(ClientAddress, IsTheConnectionsWithoutAProxy) {
  EXPECT_EQ(client("192.0.2.1", "198.51.100.7", kProxies), "192.0.2.1") << "anybody may write that header";
  EXPECT_EQ(client("10.0.0.1", "198.51.100.7", {}), "10.0.0.1") << "none is trusted by default";
  EXPECT_EQ(client("10.0.0.1", "", kProxies), "10.0.0.1");
}

TEST(ClientAddress, IsTheLastHopThatIsNoProxy) {
  EXPECT_EQ(client("10.0.0.1", "198.51.100.7", kProxies), "198.51.100.7");
  EXPECT_EQ(client("::1", "198.51.100.7 , 10.2.3.4,\t10.0.0.9", kProxies), "198.51.100.7");
  EXPECT_EQ(client("::ffff:10.0.0.1", "2001:db8:1:2::9", kProxies), "2001:db8:1:2::/64");
  EXPECT_EQ(client("10.0.0.1", "10.0.0.3, 10.0.0.2", kProxies), "10.0.0.3") << "all of them are ours";
}

// The caller's own entries come first; the proxy adds the address it saw behind them.
TEST(ClientAddress, IsNotWhatTheCallerWrote) {
  EXPECT_EQ(client("10.0.0.1", "203.0.113.5, 198.51.100.7", kProxies), "198.51.100.7");
  EXPECT_EQ(client("10.0.0.1", "10.9.9.9, 198.51.100.7, 10.0.0.2", kProxies), "198.51.100.7");
}

TEST(ClientAddress, MayHaveAPort) {
  EXPECT_EQ(client("10.0.0.1", "198.51.100.7:4711", kProxies), "198.51.100.7");
  EXPECT_EQ(client("[::1]:80", "[2001:db8:1:2::9]:4711", kProxies), "2001:db8:1:2::/64");
}

TEST(ClientAddress, IsTheProxysBehindWhatIsNoAddress) {
  for (const auto* odd : {"unknown", "198.51.100.7, _hidden", "198.51.100.7,", ",", "[::1", "198.51.100.7 198.51.100.8",
                          "for=198.51.100.7"}) {
    EXPECT_EQ(client("10.0.0.1", odd, kProxies), "10.0.0.1") << odd;
  }
  EXPECT_EQ(client("10.0.0.1", "198.51.100.7, unknown, 10.0.0.2", kProxies), "10.0.0.2");
}

}  // namespace
}  // namespace tenure::server
