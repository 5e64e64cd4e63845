#include "net/listener.h"

#include <gtest/gtest.h>

#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <vector>

#include "server_fixture.h"
#include "util/log.h"

namespace chillin::net {
namespace {

using testing::echo_request;
using testing::eventually;
using testing::RawClient;
using testing::TestServer;

TEST(BindListeners, RefusesAPortThatSomebodyListensOn) {
  TestServer server(echo_request, {}, 2);
  const auto second = bind_listeners("127.0.0.1", server.port(), 2);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().detail, "port " + std::to_string(server.port()) + " is in use");
  EXPECT_EQ(second.error().code, util::Error::Code::kConflict);
}

TEST(BindListeners, RefusesAPortThatAnotherProcessListensOn) {
  TestServer server(echo_request);
  const std::uint16_t port = server.port();
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) ::_exit(bind_listeners("127.0.0.1", port, 1).ok() ? 1 : 0);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(BindListeners, TakesThePortAgainAtOnceAfterConnectionsWereClosedByTheServer) {
  std::uint16_t port = 0;
  {
    TestServer server(echo_request);
    port = server.port();
    RawClient client(port);
    client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(client.response().status, 200);
    EXPECT_TRUE(client.closed_by_peer());
  }
  EXPECT_TRUE(bind_listeners("127.0.0.1", port, 2).ok());
}

TEST(BindListeners, TakesNamesAndBothFamilies) {
  for (const char* host : {"localhost", "127.0.0.1", "0.0.0.0"}) {
    const auto bound = bind_listeners(host, 0, 2);
    ASSERT_TRUE(bound.ok()) << host;
    EXPECT_GT(bound.value().port, 0);
    EXPECT_EQ(bound.value().per_loop.size(), 2U);
  }
  const auto six = bind_listeners("::1", 0, 1);
  EXPECT_TRUE(six.ok() || six.error().detail.find("::1") != std::string::npos);
}

TEST(BindListeners, SaysWhatIsWrongWithAHost) {
  const auto nowhere = bind_listeners("host.invalid", 5000, 1);
  ASSERT_FALSE(nowhere.ok());
  EXPECT_NE(nowhere.error().detail.find("host.invalid"), std::string::npos);
  const auto foreign = bind_listeners("203.0.113.1", 5000, 1);
  ASSERT_FALSE(foreign.ok());
  EXPECT_NE(foreign.error().detail.find("203.0.113.1"), std::string::npos);
}

TEST(BindListeners, SetsNoDelayOnWhatIsAccepted) {
  auto bound = bind_listeners("127.0.0.1", 0, 1);
  ASSERT_TRUE(bound.ok());
  const RawClient client(bound->port);
  ASSERT_TRUE(client.connected());
  const UniqueFd accepted(::accept(bound->per_loop[0][0].get(), nullptr, nullptr));
  ASSERT_TRUE(accepted.valid());
  int no_delay = 0;
  socklen_t size = sizeof no_delay;
  ASSERT_EQ(::getsockopt(accepted.get(), IPPROTO_TCP, TCP_NODELAY, &no_delay, &size), 0);
  EXPECT_NE(no_delay, 0);
}

/// In a process of its own, because the limit on descriptors is the process's.
int run_out_of_descriptors() {
  // UBSan opens a pipe when it meets a type for the first time, which it could not do later.
  util::log_warn("warming_up");
  TestServer server(echo_request);
  RawClient inside(server.port());
  inside.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  if (inside.response().status != 200) return 2;
  std::vector<RawClient> waiting;
  waiting.reserve(4);
  for (int i = 0; i < 4; ++i) waiting.emplace_back(server.port());
  if (!eventually([&] { return server.server().open_connections() == 5; })) return 3;

  // The loop has looked for a sixth one by then: accept(2) takes a number for a moment even when nobody is waiting.
  testing::Signal idle;
  server.loops().at(0).post([&] { idle.set(); });
  if (!idle.wait()) return 10;

  // The client's socket takes the last number that is allowed; the server finds none for its end.
  const int probe = ::dup(0);
  ::close(probe);
  const rlimit tight{static_cast<rlim_t>(probe) + 1, static_cast<rlim_t>(probe) + 1};
  if (::setrlimit(RLIMIT_NOFILE, &tight) != 0) return 4;
  RawClient outside(server.port());
  if (!outside.connected()) return 5;
  if (outside.response().status != 503) return 6;

  const std::clock_t before = std::clock();
  inside.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  if (inside.response().status != 200) return 7;
  // Free places again: the retry finds them.
  outside.close();
  waiting.clear();
  RawClient later(server.port());
  later.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  if (later.response().status != 200) return 8;
  if (static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC > 0.5) return 9;
  return 0;
}

TEST(Listener, AnswersWith503WhenThereAreNoDescriptorsLeft) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(::_exit(run_out_of_descriptors()), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace chillin::net
