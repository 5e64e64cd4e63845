#include "redis/reply_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "redis/command.h"
#include "redis/script.h"

namespace chillin::redis {
namespace {

Reply only(std::string_view bytes) {
  ReplyReader reader;
  reader.feed(bytes);
  auto reply = reader.next();
  EXPECT_TRUE(reply.ok() && reply->has_value()) << bytes;
  return reply.ok() && reply->has_value() ? **reply : Reply{};
}

TEST(ReplyReader, ReadsEveryKind) {
  EXPECT_EQ(only("+OK\r\n").kind, Reply::Kind::kStatus);
  EXPECT_EQ(only("+OK\r\n").text, "OK");
  EXPECT_TRUE(only("-NOSCRIPT No such script\r\n").is_error("NOSCRIPT"));
  EXPECT_FALSE(only("-NOSCRIPTS\r\n").is_error("NOSCRIPT"));
  EXPECT_EQ(only(":-7\r\n").integer, -7);
  EXPECT_EQ(only(std::string_view("$3\r\na\0b\r\n", 9)).text, std::string("a\0b", 3));
  EXPECT_TRUE(only("$-1\r\n").nil());
  EXPECT_TRUE(only("*-1\r\n").nil());
  EXPECT_TRUE(only("*0\r\n").is_array());
}

TEST(ReplyReader, ReadsNestedArrays) {
  const Reply reply = only("*3\r\n:1\r\n*2\r\n$1\r\na\r\n*1\r\n:2\r\n$-1\r\n");
  ASSERT_EQ(reply.elements.size(), 3u);
  EXPECT_EQ(reply.elements[0].integer, 1);
  EXPECT_EQ(reply.elements[1].elements[0].text, "a");
  EXPECT_EQ(reply.elements[1].elements[1].elements[0].integer, 2);
  EXPECT_TRUE(reply.elements[2].nil());
}

TEST(ReplyReader, WaitsForTheRestHoweverTheBytesCome) {
  const std::string bytes = "*2\r\n$5\r\nhello\r\n:42\r\n+OK\r\n";
  ReplyReader reader;
  std::size_t replies = 0;
  for (const char c : bytes) {
    reader.feed({&c, 1});
    for (auto reply = reader.next(); reply && reply->has_value(); reply = reader.next()) ++replies;
  }
  EXPECT_EQ(replies, 2u);
}

TEST(ReplyReader, RefusesWhatIsNoResp) {
  for (const char* bytes : {"HTTP/1.1 400 Bad Request\r\n", "*1000001\r\n",
                            "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n"}) {
    ReplyReader reader;
    reader.feed(bytes);
    EXPECT_FALSE(reader.next().ok()) << bytes;
  }
}

TEST(ReplyReader, FreesWhatIsHalfRead) {
  ReplyReader reader;
  reader.feed("*2\r\n$5\r\nhello\r\n");
  EXPECT_FALSE(reader.next()->has_value());
}

TEST(Command, PrefixesEveryArgumentWithItsLength) {
  EXPECT_EQ(Command("SET").add("key with\r\nlines").add(std::string("\0", 1)).add(7).wire(),
            std::string("*4\r\n$3\r\nSET\r\n$15\r\nkey with\r\nlines\r\n$1\r\n\0\r\n$1\r\n7\r\n", 49));
}

TEST(Script, IsCalledByItsShaOrWithItsText) {
  const Script script("return 1");
  EXPECT_EQ(script.sha, "e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
  ScriptCall call;
  call.key("k").arg("a").arg(2);
  EXPECT_EQ(call.wire(script, true),
            "*6\r\n$4\r\nEVAL\r\n$8\r\nreturn 1\r\n$1\r\n1\r\n$1\r\nk\r\n$1\r\na\r\n$1\r\n2\r\n");
}

}  // namespace
}  // namespace chillin::redis
