// Spec E7: trace ids, by the W3C's Trace Context.
#include "base/trace_context.h"

#include <gtest/gtest.h>

#include <set>

namespace tenure {
namespace {

constexpr const char* kGood = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(TraceContext, IsReadAndWrittenAsItTravels) {
  const auto context = TraceContext::parse(kGood);
  ASSERT_TRUE(context);
  EXPECT_EQ(context->trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(context->span_id(), "00f067aa0ba902b7");
  EXPECT_EQ(context->traceparent(), kGood);
}

TEST(TraceContext, OfALaterVersionIsReadAsFarAsThisOneGoes) {
  const auto context = TraceContext::parse("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff-what-is-new");
  ASSERT_TRUE(context);
  EXPECT_EQ(context->traceparent(), "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03");
  EXPECT_TRUE(TraceContext::parse("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"));
}

TEST(TraceContext, FlagsThatAreNotKnownAreNotPassedOn) {
  EXPECT_EQ(TraceContext::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff")->traceparent(),
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03");
  EXPECT_EQ(TraceContext::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-f8")->traceparent(),
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00");
}

TEST(TraceContext, TheNextHopIsAnotherSpanOfTheSameTrace) {
  const auto context = *TraceContext::parse(kGood);
  const auto next = context.next();
  EXPECT_EQ(next.trace_id(), context.trace_id());
  EXPECT_NE(next.span_id(), context.span_id());
  EXPECT_EQ(next.traceparent().substr(53), "01");
}

TEST(TraceContext, ANewTraceIsLikeNoOtherAndCanBeRead) {
  std::set<std::string> ids;
  for (int at = 0; at < 1000; ++at) {
    const auto context = TraceContext::start();
    EXPECT_EQ(TraceContext::parse(context.traceparent()), context);
    ids.insert(context.trace_id());
    ids.insert(context.span_id());
  }
  EXPECT_EQ(ids.size(), 2000U);
}

class MalformedTraceContext : public testing::TestWithParam<const char*> {};

TEST_P(MalformedTraceContext, IsNotRead) { EXPECT_FALSE(TraceContext::parse(GetParam())); }

INSTANTIATE_TEST_SUITE_P(
    AllForms, MalformedTraceContext,
    testing::Values("", "00", "00-", "not a trace at all",                           //
                    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",          // no flags
                    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",        // half of them
                    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",  // of version 00
                    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",      //
                    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-011",      //
                    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 ",      //
                    " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",      //
                    "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more",   // not set apart
                    "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",       // no version
                    "0g-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",       //
                    "0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x",       //
                    "00-00000000000000000000000000000000-00f067aa0ba902b7-01",       // all zero
                    "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",       //
                    "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",       // upper case
                    "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01",       //
                    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0A",       //
                    "00-4bf92f3577b34da6a3ce929d0e0e473z-00f067aa0ba902b7-01",       // no digits
                    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902bz-01",       //
                    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-zz",       //
                    "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",       //
                    "00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01",       // shifted
                    "00-4bf92f3577b34da6a3ce929d0e0e47361-0f067aa0ba902b7-01",       //
                    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, 00-4bf92f3577b34da6a3ce929d0e0e4736-"
                    "00f067aa0ba902b7-01",  // two headers in one
                    "00-'; drop table x; --'; drop table x-00f067aa0ba902b7-01"));

}  // namespace
}  // namespace tenure
