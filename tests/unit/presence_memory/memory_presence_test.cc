#include "presence/memory/memory_presence.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <string>

#include "util/crypto.h"
#include "util/manual_executor.h"

// Sanitizers keep books beside every allocation; their numbers say nothing about memory.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CHILLIN_SANITIZED 1
#endif
#endif

namespace chillin::presence {
namespace {

#ifndef CHILLIN_SANITIZED
// In one large room, whose JSON lists 500 of them and so does not count.
TEST(MemoryPresence, ADeviceInARoomTakesLessThan250Bytes) {
  constexpr std::size_t kDevices = 50'000;
  util::ManualExecutor executor;
  MemoryPresence presence;
  const std::size_t before = mallinfo2().uordblks;
  for (std::size_t i = 0; i < kDevices; ++i) {
    chat::Member member{util::random_id(20), {std::nullopt, "guest" + std::to_string(i)}};
    ASSERT_TRUE(executor.wait(presence.join("general", std::move(member))));
  }
  const std::size_t bytes = mallinfo2().uordblks - before;
  EXPECT_LT(bytes / kDevices, 250U);
}
#endif

TEST(MemoryPresence, EmptyRoomsAreForgottenAndStartAnew) {
  util::ManualExecutor executor;
  MemoryPresence presence;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 100; ++i) {
      const std::string room = "room" + std::to_string(i);
      const auto joined = executor.wait(presence.join(room, {"s", {std::nullopt, "ana"}}));
      ASSERT_TRUE(joined);
      EXPECT_TRUE(joined->first_device);
      EXPECT_TRUE(executor.wait(presence.leave(room, "s"))->last_device);
    }
  }
}

}  // namespace
}  // namespace chillin::presence
