#include "base/network.h"

#include <gtest/gtest.h>

namespace tenure {
namespace {

IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }
bool holds(std::string_view network, std::string_view text) {
  return Network::parse(network).value().contains(address(text));
}

TEST(IpAddress, IsOneOfEitherVersionAndNothingAround) {
  for (const auto* good : {"192.0.2.1", "2001:db8::1", "::1", "::ffff:192.0.2.1"}) EXPECT_TRUE(IpAddress::parse(good));
  for (const auto* bad : {"", "192.0.2", "192.0.2.256", "192.0.2.1:80", "[::1]", "::1%eth0", " 192.0.2.1", "0x7f.1",
                          "localhost", "2001:db8::1::2"}) {
    EXPECT_FALSE(IpAddress::parse(bad)) << bad;
  }
  EXPECT_FALSE(IpAddress::parse(std::string_view("192.0.2.1\0x", 11)));
  EXPECT_EQ(address("::ffff:192.0.2.1"), address("192.0.2.1"));
}

TEST(IpAddress, IsASubscribersOneOrTheirSixtyFourBits) {
  EXPECT_EQ(address("::ffff:192.0.2.1").subscriber(), "192.0.2.1");
  EXPECT_EQ(address("2001:db8:1:2:3:4:5:6").subscriber(), "2001:db8:1:2::/64");
  EXPECT_NE(address("2001:db8:1:3::1").subscriber(), address("2001:db8:1:2::1").subscriber());
}

TEST(Network, HoldsWhatBeginsAsItDoes) {
  EXPECT_TRUE(holds("10.0.0.0/8", "10.255.0.1"));
  EXPECT_TRUE(holds("10.0.0.0/8", "::ffff:10.1.2.3"));
  EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(holds("192.0.2.128/25", "192.0.2.200"));
  EXPECT_FALSE(holds("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(holds("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(holds("192.0.2.1", "192.0.2.2"));
  EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_FALSE(holds("::/1", "127.0.0.1")) << "of the other version";
}

TEST(Network, IsNothingElse) {
  for (const auto* bad : {"", "/8", "10.0.0.0/", "10.0.0.0/0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8",
                          "10.0.0.0/8x", "10.0.0.1/8", "::/0", "2001:db8::1/64", "::1/129", "proxy.example"}) {
    EXPECT_FALSE(Network::parse(bad)) << bad;
  }
}

}  // namespace
}  // namespace tenure
