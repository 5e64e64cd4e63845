// What must hold for every schedule: no message is lost, doubled or reordered, and no order of events, however hostile,
// makes the session ask for something impossible.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "hostile_session.h"
#include "upgrade_world.h"

namespace chillin::engineio::test {
namespace {

using Step = std::pair<std::uint8_t, std::uint8_t>;

rc::Gen<std::vector<Step>> schedule() {
  return rc::gen::scale(5.0, rc::gen::container<std::vector<Step>>(rc::gen::pair(rc::gen::arbitrary<std::uint8_t>(),
                                                                                 rc::gen::arbitrary<std::uint8_t>())));
}

RC_GTEST_PROP(UpgradeProperty, NoMessageIsLostDoubledOrReordered, (bool revision3, bool text_only)) {
  UpgradeWorld world(revision3 ? 3 : 4, text_only);
  for (const auto& [which, amount] : *schedule()) world.step(which, amount);
  world.settle();
  RC_CLASSIFY(world.upgraded(), "upgraded");
  const char* problem = world.verdict();
  if (problem != nullptr) RC_FAIL(problem);
}

/// Random schedules seldom reach the end of an upgrade; this one always does, with random events in between.
RC_GTEST_PROP(UpgradeProperty, NoMessageIsLostInAFinishedUpgrade, (bool revision3)) {
  UpgradeWorld world(revision3 ? 3 : 4, false);
  const auto noise = *rc::gen::container<std::vector<Step>>(rc::gen::pair(
      rc::gen::element<std::uint8_t>(0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 9, 10, 11, 13), rc::gen::arbitrary<std::uint8_t>()));
  std::size_t at = 0;
  for (const unsigned milestone : {3U, 8U, 9U, 10U, 5U, 7U, 13U, 9U}) {
    for (int i = 0; i < 5 && at < noise.size(); ++i, ++at) world.step(noise[at].first, noise[at].second);
    world.step(milestone, 0);
  }
  while (at < noise.size()) {
    world.step(noise[at].first, noise[at].second);
    ++at;
  }
  world.settle();
  RC_CLASSIFY(world.upgraded(), "upgraded");
  const char* problem = world.verdict();
  if (problem != nullptr) RC_FAIL(problem);
}

RC_GTEST_PROP(SessionProperty, NoOrderOfEventsBreaksIt, (bool revision3, bool websocket, bool text_only)) {
  HostileSession session(revision3 ? 3 : 4, websocket ? TransportKind::kWebSocket : TransportKind::kPolling, text_only);
  for (const auto& [what, argument] : *schedule()) session.step(what, argument);
}

}  // namespace
}  // namespace chillin::engineio::test
