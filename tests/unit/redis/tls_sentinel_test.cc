// TLS and Sentinels: a redis-server that speaks nothing but TLS, and a failover.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "redis/client.h"
#include "unit/redis/redis_process.h"
#include "util/manual_executor.h"

namespace chillin::redis {
namespace {

using test::eventually;
using test::RedisProcess;
using testing::HasSubstr;

Options quick(const std::string& url) {
  Options options;
  options.url = *parse_url(url);
  options.limits.connect_timeout = util::Millis(500);
  options.limits.reply_timeout = util::Millis(500);
  options.ping_interval = util::Millis(100);
  return options;
}

/// A folder for certificates and configurations, gone with the object.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "chillin-redis-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// A certificate of its own authority for 127.0.0.1, as `<name>.crt` and `<name>.key`.
void make_certificate(const Folder& folder, const std::string& name) {
  const std::string command =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
      "-subj /CN=redis -addext subjectAltName=IP:127.0.0.1 -keyout " +
      folder.file(name + ".key") + " -out " + folder.file(name + ".crt") + " 2>/dev/null";
  ASSERT_EQ(std::system(command.c_str()), 0);
}

class Ears final : public ChannelListener {
 public:
  void on_published(std::string_view, std::string_view) override { ++heard; }
  std::atomic<int> heard{0};
};

TEST(RedisTls, SpeaksToAServerThatItsAuthorityVouchesForAndToNoOther) {
  const Folder folder;
  make_certificate(folder, "server");
  make_certificate(folder, "stranger");
  const std::uint16_t port = test::free_port();
  RedisProcess redis({"--tls-port", std::to_string(port), "--port", "0", "--tls-cert-file", folder.file("server.crt"),
                      "--tls-key-file", folder.file("server.key"), "--tls-ca-cert-file", folder.file("server.crt"),
                      "--tls-auth-clients", "no"},
                     port);
  const std::string address = "127.0.0.1:" + std::to_string(port);

  util::ManualExecutor executor;
  Ears ears;
  Client client(quick("rediss://" + address + "?ca=" + folder.file("server.crt")));
  ASSERT_TRUE(eventually([&] { return client.up() && client.subscriptions_state().up; }));
  const std::string large(300'000, 'x');
  EXPECT_EQ(executor.wait(client.execute(Command("SET").add("k").add(large)))->text, "OK");
  EXPECT_EQ(executor.wait(client.execute(Command("GET").add("k")))->text, large);
  client.subscribe("c", &ears);
  EXPECT_TRUE(eventually([&] {
    client.publish("c", "m");
    return ears.heard > 0;
  }));
  client.remove_listener(&ears);

  Client distrustful(quick("rediss://" + address + "?ca=" + folder.file("stranger.crt")));
  EXPECT_TRUE(eventually([&] {
    return distrustful.commands_state().error.find("certificate is refused") != std::string::npos;
  })) << distrustful.commands_state().error;
  Client plain(quick("redis://" + address));
  EXPECT_TRUE(eventually([&] { return !plain.commands_state().error.empty(); }));
  EXPECT_FALSE(distrustful.up() || plain.up());
}

TEST(RedisTls, RefusesACertificateForAnotherName) {
  const Folder folder;
  make_certificate(folder, "server");
  const std::uint16_t port = test::free_port();
  RedisProcess redis({"--tls-port", std::to_string(port), "--port", "0", "--tls-cert-file", folder.file("server.crt"),
                      "--tls-key-file", folder.file("server.key"), "--tls-auth-clients", "no"},
                     port);
  Client client(quick("rediss://localhost:" + std::to_string(port) + "?ca=" + folder.file("server.crt")));
  EXPECT_TRUE(eventually([&] {
    return client.commands_state().error.find("certificate is refused") != std::string::npos;
  })) << client.commands_state().error;
}

TEST(RedisSentinel, FollowsTheMasterToAnotherServer) {
  const Folder folder;
  auto master = std::make_unique<RedisProcess>();
  const std::string old_port = std::to_string(master->port());
  RedisProcess replica({"--replicaof", "127.0.0.1 " + old_port});
  std::ofstream(folder.file("sentinel.conf")) << "sentinel monitor chat 127.0.0.1 " << old_port << " 1\n"
                                              << "sentinel down-after-milliseconds chat 500\n"
                                              << "sentinel failover-timeout chat 3000\n";
  RedisProcess sentinel({folder.file("sentinel.conf"), "--sentinel"});

  util::ManualExecutor executor;
  // The first one named is not there.
  Client client(quick("redis+sentinel://127.0.0.1:" + std::to_string(test::free_port()) +
                      ",127.0.0.1:" + std::to_string(sentinel.port()) + "/chat"));
  Client observer(quick(sentinel.url()));
  Client second(quick(replica.url()));
  ASSERT_TRUE(eventually([&] { return client.up() && client.subscriptions_state().up && second.up(); }));
  const auto ask = [&](Client& c, Command command) { return executor.wait(c.execute(std::move(command))); };
  EXPECT_TRUE(ask(client, Command("SET").add("k").add("v")));
  ASSERT_TRUE(eventually([&] {
    const auto known = ask(observer, Command("SENTINEL").add("replicas").add("chat"));
    const auto value = ask(second, Command("GET").add("k"));
    return known && known->elements.size() == 1 && value && value->text == "v";
  }));

  Ears ears;
  client.subscribe("c", &ears);
  master.reset();
  ASSERT_TRUE(eventually([&] { return ask(client, Command("SET").add("k").add("w")).ok(); }, std::chrono::seconds(30)));
  EXPECT_EQ(ask(second, Command("GET").add("k"))->text, "w");
  EXPECT_TRUE(eventually([&] {
    client.publish("c", "m");
    return ears.heard > 0;
  }));
  client.remove_listener(&ears);

  Client wrong_name(quick("redis+sentinel://127.0.0.1:" + std::to_string(sentinel.port()) + "/other"));
  EXPECT_TRUE(eventually([&] { return !wrong_name.commands_state().error.empty(); }));
  EXPECT_THAT(wrong_name.commands_state().error, HasSubstr("other"));
}

}  // namespace
}  // namespace chillin::redis
