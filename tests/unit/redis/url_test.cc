#include "redis/url.h"

#include <gtest/gtest.h>

namespace chillin::redis {
namespace {

Url parsed(std::string_view text) {
  auto url = parse_url(text);
  EXPECT_TRUE(url.ok()) << (url.ok() ? "" : url.error().detail);
  return url ? *url : Url{};
}

TEST(RedisUrl, NamesAServer) {
  const Url url = parsed("redis://cache.example");
  EXPECT_EQ(url.endpoints, (std::vector<Endpoint>{{"cache.example", 6379}}));
  EXPECT_FALSE(url.tls);
  EXPECT_FALSE(url.sentinel());
  EXPECT_EQ(url.database, 0);
  EXPECT_EQ(url.password, "");
}

TEST(RedisUrl, CarriesCredentialsPortAndDatabase) {
  const Url url = parsed("redis://chat:p%40ss%3Aw+rd@10.0.0.7:7000/3");
  EXPECT_EQ(url.username, "chat");
  EXPECT_EQ(url.password, "p@ss:w+rd");
  EXPECT_EQ(url.endpoints[0], (Endpoint{"10.0.0.7", 7000}));
  EXPECT_EQ(url.database, 3);
  EXPECT_EQ(parsed("redis://:secret@h").username, "");
  EXPECT_EQ(parsed("redis://:secret@h").password, "secret");
}

TEST(RedisUrl, KnowsTlsAndItsAuthority) {
  const Url url = parsed("rediss://h:6380?ca=/etc/ca.pem");
  EXPECT_TRUE(url.tls);
  EXPECT_EQ(url.ca_file, "/etc/ca.pem");
}

TEST(RedisUrl, KnowsIpv6) {
  EXPECT_EQ(parsed("redis://[::1]:7001").endpoints[0], (Endpoint{"::1", 7001}));
  EXPECT_EQ(parsed("redis://[::1]").to_string(), "redis://[::1]:6379");
}

TEST(RedisUrl, ListsSentinelsAndTheirMaster) {
  const Url url = parsed("redis+sentinel://u:p@s1,s2:5000/mymaster/2?sentinel_password=q");
  EXPECT_TRUE(url.sentinel());
  EXPECT_EQ(url.endpoints, (std::vector<Endpoint>{{"s1", 26379}, {"s2", 5000}}));
  EXPECT_EQ(url.master, "mymaster");
  EXPECT_EQ(url.database, 2);
  EXPECT_EQ(url.password, "p");
  EXPECT_EQ(url.sentinel_password, "q");
  EXPECT_TRUE(parsed("rediss+sentinel://s1/m").tls);
}

TEST(RedisUrl, IsShownWithoutPasswords) {
  EXPECT_EQ(parsed("rediss+sentinel://u:p@s1,s2:5000/m/2?sentinel_password=q").to_string(),
            "rediss+sentinel://s1:26379,s2:5000/m/2");
  EXPECT_EQ(parsed("redis://u:p@h/0").to_string(), "redis://h:6379");
}

TEST(RedisUrl, RefusesWhatItDoesNotUnderstand) {
  for (const char* text :
       {"", "localhost:6379", "http://h", "redis://", "redis://:6379", "redis://h:0", "redis://h:70000", "redis://h:x",
        "redis://h/x", "redis://h/-1", "redis://a,b", "redis://user@h", "redis://[::1", "redis://[::1]x",
        "redis+sentinel://h", "redis+sentinel://h/", "redis://h?ca=/x", "redis://h?nonsense=1", "redis://:%zz@h"}) {
    const auto url = parse_url(text);
    EXPECT_FALSE(url.ok()) << text;
    if (!url) EXPECT_NE(url.error().detail, "") << text;
  }
}

TEST(RedisUrl, KeepsThePasswordOutOfTheError) {
  const auto url = parse_url("redis://u:topsecret@h:x");
  ASSERT_FALSE(url.ok());
  EXPECT_EQ(url.error().detail.find("topsecret"), std::string::npos);
}

}  // namespace
}  // namespace chillin::redis
