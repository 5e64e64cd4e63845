// Hub::visit: every connected socket, on its loop.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <string>

#include "unit/socketio/recording_conn.h"

namespace chillin::socketio {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using testing::Pair;
using testing_support::Bench;
using testing_support::settle;

TEST(Visit, ReachesEveryConnectedSocketOnItsLoopOnce) {
  Bench bench(3);
  bench.hub->of("/admin");
  std::vector<Bench::Conn> conns;
  for (std::size_t i = 0; i < 6; ++i) conns.push_back(bench.join(i));
  bench.say(conns[0], "0/admin,");
  const auto unconnected = bench.connect(1);
  std::mutex mutex;
  std::map<std::string, int> seen;
  bench.hub->visit([&](Socket& socket) {
    EXPECT_EQ(net::Loop::current(), &socket.loop());
    const std::lock_guard lock(mutex);
    ++seen[socket.nsp().name() + socket.conn().id()];
  });
  settle(bench.loops);
  const std::lock_guard lock(mutex);
  EXPECT_EQ(seen.size(), 7U);
  EXPECT_THAT(seen, Contains(Pair("/admin" + conns[0]->id(), 1)));
  EXPECT_THAT(seen, Not(Contains(Pair("/" + unconnected->id(), 1))));
}

TEST(Visit, MaySpeakAndCloseAndDisconnect) {
  Bench bench(1);
  const auto told = bench.join();
  const auto closed = bench.join();
  const auto ended = bench.join();
  bench.hub->visit([&](Socket& socket) {
    if (socket.conn().id() == told->id()) socket.emit_raw("bye", "1");
    if (socket.conn().id() == closed->id()) socket.conn().close();
    if (socket.conn().id() == ended->id()) socket.disconnect();
  });
  EXPECT_THAT(bench.heard(told), ElementsAre(R"(2["bye",1])"));
  EXPECT_THAT(bench.heard(ended), ElementsAre("1"));
  EXPECT_FALSE(bench.is_open(closed));
  EXPECT_TRUE(bench.is_open(told));
  EXPECT_EQ(bench.hub->of("/").size(), 1U);
}

}  // namespace
}  // namespace chillin::socketio
