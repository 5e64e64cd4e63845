#include "app/config.h"

#include <gtest/gtest.h>

#include <map>

namespace chillin::app {
namespace {

LoadedConfig load(const std::map<std::string, std::string, std::less<>>& variables) {
  return load_config([&](std::string_view name) -> std::optional<std::string> {
    const auto it = variables.find(name);
    if (it == variables.end()) return std::nullopt;
    return it->second;
  });
}

TEST(Config, NothingSetIsValidAndListensOnLoopbackPort5000) {
  const auto loaded = load({});
  EXPECT_TRUE(loaded.mistakes.empty());
  EXPECT_EQ(loaded.config.host, "127.0.0.1");
  EXPECT_EQ(loaded.config.port, 5000);
  EXPECT_EQ(loaded.config.max_message_length, 500U);
  EXPECT_EQ(loaded.config.message_rate.count, 10);
  EXPECT_EQ(loaded.config.message_rate.window.count(), 10'000);
  EXPECT_GE(loaded.config.io_threads, 1);
}

TEST(Config, EmptyValuesCountAsUnset) {
  EXPECT_EQ(load({{"PORT", ""}}).config.port, 5000);
}

TEST(Config, EveryMistakeIsFoundAndNamesVariableValueAndWhatIsAllowed) {
  const auto loaded = load({{"PORT", "70000"},
                            {"GUEST_ACCESS", "maybe"},
                            {"MESSAGE_RATE_LIMIT", "10"},
                            {"LOG_FORMAT", "xml"},
                            {"CLIENT_ORIGIN", "chat.example"},
                            {"TRUST_PROXY", "10.0.0.0/40"}});
  ASSERT_EQ(loaded.mistakes.size(), 6U);
  EXPECT_EQ(loaded.mistakes[0], "PORT='70000' is not valid: allowed is a number from 0 to 65535 (0: any free port)");
  for (const auto& mistake : loaded.mistakes) EXPECT_EQ(mistake.find('\n'), std::string::npos);
}

TEST(Config, SecretsAreNeverShown) {
  const auto good = load({{"SESSION_SECRET", "a secret of enough characters"}});
  for (const auto& s : good.settings) EXPECT_EQ(s.value.find("enough"), std::string::npos) << s.name;
  const auto bad = load({{"SESSION_SECRET", "short"}});
  ASSERT_EQ(bad.mistakes.size(), 1U);
  EXPECT_EQ(bad.mistakes[0].find("short"), std::string::npos);
}

TEST(Config, RedisIsShownWithoutItsPassword) {
  const auto good = load({{"REDIS_URL", "rediss://chat:hunter2@cache.example/3?ca=/etc/ca.pem"}});
  EXPECT_TRUE(good.mistakes.empty());
  ASSERT_TRUE(good.config.redis_url);
  EXPECT_EQ(good.config.redis_url->password, "hunter2");
  bool shown = false;
  for (const auto& s : good.settings) {
    if (s.name == "REDIS_URL") shown = s.value == "rediss://cache.example:6379/3" && !s.is_default;
    EXPECT_EQ(s.value.find("hunter2"), std::string::npos);
  }
  EXPECT_TRUE(shown);

  EXPECT_FALSE(load({}).config.redis_url);
  const auto bad = load({{"REDIS_URL", "cache:hunter2@host"}});
  ASSERT_EQ(bad.mistakes.size(), 1U);
  EXPECT_TRUE(bad.mistakes[0].starts_with("REDIS_URL=(hidden) is not valid: allowed is redis://"));
  EXPECT_EQ(bad.mistakes[0].find("hunter2"), std::string::npos);
}

TEST(Config, FilesStayInTheDataFolderUnlessS3IsNamed) {
  EXPECT_FALSE(load({}).config.s3);
  EXPECT_FALSE(load({{"USE_MINIO", "false"}, {"MINIO_ENDPOINT", "http://minio:9000"}}).config.s3);
  const auto minio = load({{"USE_MINIO", "true"},
                           {"MINIO_ENDPOINT", "http://minio:9000/"},
                           {"S3_ACCESS_KEY_ID", "key"},
                           {"S3_SECRET_ACCESS_KEY", "hush-hush"},
                           {"S3_BUCKET_NAME", "files"}});
  EXPECT_TRUE(minio.mistakes.empty());
  ASSERT_TRUE(minio.config.s3);
  EXPECT_EQ(minio.config.s3->endpoint.url(), "http://minio:9000");
  EXPECT_EQ(minio.config.s3->public_endpoint.url(), "http://minio:9000");
  EXPECT_FALSE(minio.config.s3->serves_downloads);
  EXPECT_EQ(minio.config.s3->credentials.region, "us-east-1");
  for (const auto& s : minio.settings) EXPECT_EQ(s.value.find("hush"), std::string::npos) << s.name;
  const auto aws = load({{"S3_ACCESS_KEY_ID", "key"},
                         {"S3_SECRET_ACCESS_KEY", "secret"},
                         {"S3_BUCKET_NAME", "files"},
                         {"S3_PUBLIC_ENDPOINT", "https://files.example.org"},
                         {"S3_REGION", "eu-central-1"}});
  EXPECT_TRUE(aws.mistakes.empty());
  ASSERT_TRUE(aws.config.s3);
  EXPECT_EQ(aws.config.s3->endpoint.url(), "https://s3.eu-central-1.amazonaws.com");
  EXPECT_EQ(aws.config.s3->public_endpoint.url(), "https://files.example.org");
  EXPECT_TRUE(aws.config.s3->serves_downloads);
}

TEST(Config, WhatIsMissingOrWithoutEffectForS3IsNamed) {
  EXPECT_EQ(load({{"USE_MINIO", "true"}}).mistakes.size(), 3U);
  EXPECT_EQ(load({{"S3_BUCKET_NAME", "files"}}).mistakes.size(), 2U);
  for (const char* name : {"MINIO_ENDPOINT", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY", "S3_PUBLIC_ENDPOINT"}) {
    const auto loaded = load({{name, "minio.example.org"}});
    ASSERT_EQ(loaded.mistakes.size(), 1U) << name;
    EXPECT_TRUE(loaded.mistakes[0].starts_with(name)) << loaded.mistakes[0];
  }
  for (const char* wrong : {"A", "files/x", "-files"}) {
    EXPECT_EQ(load({{"S3_BUCKET_NAME", wrong}}).mistakes.size(), 1U) << wrong;
  }
}

TEST(Config, WithoutADatabaseStorageIsEmbedded) {
  EXPECT_FALSE(load({}).config.database.used());
  EXPECT_FALSE(load({{"DATABASE_URL", ""}}).config.database.used());
}

TEST(Config, ADatabaseIsNamedByAUrlOrByItsParts) {
  const auto by_url = load({{"DATABASE_URL", "postgres://app:secret@db1,db2:5433/chat"}});
  EXPECT_TRUE(by_url.mistakes.empty());
  EXPECT_EQ(by_url.config.database.describe(), "chat on db1:5432,db2:5433 as app");
  const auto by_parts = load({{"DB_HOST", "db1,db2"}, {"DB_PASSWORD", "se'cret"}, {"DB_POOL_SIZE", "9"}});
  EXPECT_TRUE(by_parts.mistakes.empty());
  EXPECT_EQ(by_parts.config.database.describe(), "chillin on db1:5432,db2:5432 as chillin");
  EXPECT_EQ(by_parts.config.database.options().pool_size, 9U);
  EXPECT_LT(by_parts.config.database.options().lock_timeout, by_parts.config.database.options().commit_timeout);
  for (const auto& loaded : {by_url, by_parts}) {
    for (const auto& s : loaded.settings) EXPECT_EQ(s.value.find("cret"), std::string::npos) << s.name;
  }
}

TEST(Config, ADatabaseThatIsNamedByHalfOrTwiceIsAMistake) {
  EXPECT_EQ(load({{"DATABASE_URL", "postgres://u@db/x"}, {"DB_HOST", "db"}}).mistakes.size(), 1U);
  EXPECT_EQ(load({{"DB_NAME", "chat"}, {"DB_PASSWORD", "x"}}).mistakes.size(), 2U);
  const auto broken = load({{"DATABASE_URL", "postgres://app:secret@["}});
  ASSERT_FALSE(broken.mistakes.empty());
  EXPECT_EQ(broken.mistakes[0].find("secret"), std::string::npos);
  EXPECT_FALSE(load({{"DB_HOST", "db"}, {"DB_PORT", "5432,x"}}).mistakes.empty());
  EXPECT_TRUE(load({{"DB_HOST", "a,b"}, {"DB_PORT", "5432,5433"}}).mistakes.empty());
}

TEST(Config, OriginsLoseTheTrailingSlashThatPeoplePaste) {
  const auto origins = load({{"CLIENT_ORIGIN", "https://a.example/, http://localhost:3000"}}).config.client_origins;
  EXPECT_EQ(origins, (std::vector<std::string>{"https://a.example", "http://localhost:3000"}));
}

TEST(Config, ZeroSwitchesALimitOff) {
  const auto config = load({{"MESSAGE_RATE_LIMIT", "0"}, {"AUTH_RATE_LIMIT", "3/7"}}).config;
  EXPECT_EQ(config.message_rate.count, 0);
  EXPECT_EQ(config.auth_rate.count, 3);
  EXPECT_EQ(config.auth_rate.window.count(), 7'000);
}

TEST(Config, AServerIdIsLettersAndDigits) {
  EXPECT_EQ(load({{"SERVER_ID", "web1"}}).config.server_id, "web1");
  EXPECT_EQ(load({}).config.server_id, "");
  for (const char* id : {"a_b", "a-b", "ä", "12345678901234567"}) {
    EXPECT_EQ(load({{"SERVER_ID", id}}).mistakes.size(), 1U) << id;
  }
}

TEST(Config, WhoIsAloneEndsAtOnceUnlessToldOtherwise) {
  EXPECT_EQ(load({}).config.drain.count(), 0);
  EXPECT_EQ(load({{"REDIS_URL", "redis://cache"}}).config.drain.count(), 5);
  EXPECT_EQ(load({{"DRAIN_SECONDS", "30"}}).config.drain.count(), 30);
  EXPECT_EQ(load({{"DRAIN_SECONDS", "-1"}}).mistakes.size(), 1U);
}

net::HttpRequest request(std::string peer, std::string forwarded) {
  net::HttpRequest r;
  r.peer_address = std::move(peer);
  if (!forwarded.empty()) r.headers = {{"X-Forwarded-For", std::move(forwarded)}};
  return r;
}

TEST(TrustProxy, WithoutTrustTheHeaderIsIgnored) {
  EXPECT_EQ(TrustProxy::parse("0")->client_address(request("203.0.113.9", "1.2.3.4")), "203.0.113.9");
}

TEST(TrustProxy, ACountBelievesThatManyEntriesFromTheEnd) {
  const auto one = *TrustProxy::parse("1");
  EXPECT_EQ(one.client_address(request("10.0.0.1", "6.6.6.6, 1.2.3.4")), "1.2.3.4");
  EXPECT_EQ(TrustProxy::parse("2")->client_address(request("10.0.0.1", "6.6.6.6, 1.2.3.4")), "6.6.6.6");
  EXPECT_EQ(one.client_address(request("10.0.0.1", "")), "10.0.0.1");
  EXPECT_EQ(one.client_address(request("10.0.0.1", "not-an-address")), "10.0.0.1");
}

TEST(TrustProxy, NetworksBelieveOnlyWhatATrustedPeerWrote) {
  const auto trust = *TrustProxy::parse("loopback, 10.0.0.0/8");
  EXPECT_EQ(trust.client_address(request("127.0.0.1", "6.6.6.6, 1.2.3.4, 10.1.2.3")), "1.2.3.4");
  EXPECT_EQ(trust.client_address(request("::ffff:127.0.0.1", "1.2.3.4")), "1.2.3.4");
  EXPECT_EQ(trust.client_address(request("11.0.0.1", "1.2.3.4")), "11.0.0.1");
}

TEST(LimitedAddress, AnIpv6AddressCountsByItsNetwork) {
  EXPECT_EQ(limited_address("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(limited_address("2001:db8:1:2::9"), "2001:db8:1:2::/64");
  EXPECT_NE(limited_address("2001:db8:1:3::9"), limited_address("2001:db8:1:2::9"));
  EXPECT_EQ(limited_address("203.0.113.9"), "203.0.113.9");
  EXPECT_EQ(limited_address("::ffff:203.0.113.9"), "203.0.113.9");
  EXPECT_EQ(limited_address("unknown"), "unknown");
}

TEST(TrustProxy, NonsenseIsNotUnderstood) {
  for (const char* text : {"17", "10.0.0.0/33", "example.org", "10.0.0.0/x", "yes"}) {
    EXPECT_FALSE(TrustProxy::parse(text)) << text;
  }
}

}  // namespace
}  // namespace chillin::app
