// The Engine.IO session under any order of events. Input: a byte that chooses revision, transport and the kind of run,
// then two bytes an event: hostile events checked one by one, or a schedule of a well-behaved client, after which no
// message may be lost, doubled or out of order.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "../unit/engineio/hostile_session.h"
#include "../unit/engineio/upgrade_world.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace chillin::engineio;
  if (size == 0 || size > 4'096) return 0;
  const int protocol = (data[0] & 1U) != 0 ? 3 : 4;
  const bool text_only = (data[0] & 2U) != 0;
  if ((data[0] & 4U) != 0) {
    const auto transport = (data[0] & 8U) != 0 ? TransportKind::kWebSocket : TransportKind::kPolling;
    test::HostileSession session(protocol, transport, text_only);
    for (std::size_t i = 1; i + 1 < size; i += 2) session.step(data[i], data[i + 1]);
    return 0;
  }
  test::UpgradeWorld world(protocol, text_only);
  for (std::size_t i = 1; i + 1 < size; i += 2) world.step(data[i], data[i + 1]);
  world.settle();
  if (const char* problem = world.verdict()) {
    std::fprintf(stderr, "%s\n", problem);
    std::abort();
  }
  return 0;
}
