#include "chat/message_trace.h"

#include <gtest/gtest.h>

#include "util/log.h"

namespace chillin::chat {
namespace {

constexpr const char* kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";

class MessageTrace : public testing::Test {
 protected:
  void SetUp() override { util::log_setup(util::LogLevel::kDebug, util::LogFormat::kJson); }
  void TearDown() override { util::log_setup(util::LogLevel::kInfo, util::LogFormat::kJson); }
};

TEST(Traceparent, HasATraceIdInItsMiddle) {
  EXPECT_EQ(parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"), kTrace);
  EXPECT_EQ(parse_traceparent("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-later"), kTrace);
}

TEST(Traceparent, IsRefusedWhereItIsNone) {
  for (const char* text :
       {"", "00", "4bf92f3577b34da6a3ce929d0e0e4736", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
        "00+4bf92f3577b34da6a3ce929d0e0e4736+00f067aa0ba902b7+01"}) {
    EXPECT_EQ(parse_traceparent(text), std::nullopt) << text;
  }
}

TEST_F(MessageTrace, IsTheOneThatCameWithTheSend) {
  remember_trace("g:ada", "t1", kTrace);
  Message message{.id = {RoomId{18}, Seq{300}}, .author_key = "g:ada", .temp_id = "t1"};
  EXPECT_EQ(trace_of(message), kTrace);
  message.author_key = "g:bob";
  EXPECT_EQ(trace_of(message), "0000000000000012000000000000012c");
}

TEST_F(MessageTrace, IsMadeOfTheIdWhereNoneCame) {
  remember_trace("g:ada", "", kTrace);
  const Message message{.id = {RoomId{18}, Seq{300}}, .author_key = "g:ada"};
  EXPECT_EQ(trace_of(message), trace_of(MessageId{RoomId{18}, Seq{300}}));
  EXPECT_TRUE(is_trace_id(trace_of(message)));
}

TEST_F(MessageTrace, KeepsTheNewestOnly) {
  remember_trace("g:ada", "first", kTrace);
  for (int i = 0; i < 5'000; ++i) remember_trace("g:bob", std::to_string(i), kTrace);
  EXPECT_EQ(given_trace("g:ada", "first"), std::nullopt);
  EXPECT_EQ(given_trace("g:bob", "4999"), kTrace);
}

TEST_F(MessageTrace, IsNotKeptWhenNothingIsLogged) {
  util::log_setup(util::LogLevel::kInfo, util::LogFormat::kJson);
  EXPECT_FALSE(tracing());
  remember_trace("g:eve", "t1", kTrace);
  util::log_setup(util::LogLevel::kDebug, util::LogFormat::kJson);
  EXPECT_EQ(given_trace("g:eve", "t1"), std::nullopt);
}

}  // namespace
}  // namespace chillin::chat
