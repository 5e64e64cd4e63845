#include "socketio/pending_acks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace chillin::socketio {
namespace {

using util::Millis;
using util::SteadyTime;

SteadyTime at(int ms) {
  return SteadyTime() + Millis(ms);
}

TEST(PendingAcks, GivesAHandlerOnce) {
  PendingAcks acks;
  int calls = 0;
  acks.add(3, at(10), [&](const char*, Payload) { ++calls; });
  EXPECT_FALSE(acks.take(2));
  auto handler = acks.take(3);
  ASSERT_TRUE(handler);
  (*handler)(nullptr, {});
  EXPECT_EQ(calls, 1);
  EXPECT_FALSE(acks.take(3));
  EXPECT_EQ(acks.size(), 0u);
}

TEST(PendingAcks, FindsIdsThatCameOutOfOrder) {
  PendingAcks acks;
  std::string order;
  acks.add(5, at(10), [&](const char*, Payload) { order += "5"; });
  acks.add(2, at(10), [&](const char*, Payload) { order += "2"; });
  acks.add(9, at(10), [&](const char*, Payload) { order += "9"; });
  for (const int id : {2, 9, 5}) (*acks.take(id))(nullptr, {});
  EXPECT_EQ(order, "295");
}

TEST(PendingAcks, ExpiresWhatIsDueAndKeepsTheRest) {
  PendingAcks acks;
  acks.add(1, at(30), [](const char*, Payload) {});
  acks.add(2, at(10), [](const char*, Payload) {});
  acks.add(3, at(20), [](const char*, Payload) {});
  EXPECT_EQ(acks.next_deadline(), at(10));
  EXPECT_TRUE(acks.take_expired(at(9)).empty());
  const auto expired = acks.take_expired(at(20));
  ASSERT_EQ(expired.size(), 2u);
  EXPECT_EQ(expired[0].id, 2);
  EXPECT_EQ(expired[1].id, 3);
  EXPECT_EQ(acks.next_deadline(), at(30));
  EXPECT_EQ(acks.take_all().size(), 1u);
  EXPECT_EQ(acks.next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace chillin::socketio
