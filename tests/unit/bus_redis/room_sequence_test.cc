#include "bus/redis/room_sequence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace chillin::bus {
namespace {

using chat::ChangeKind;
using chat::Seq;
using testing::ElementsAre;
using testing::IsEmpty;

class RoomSequenceTest : public ::testing::Test {
 protected:
  static chat::RoomEvent message(std::int64_t seq) {
    chat::RoomEvent event{.kind = ChangeKind::kCreated, .seq = Seq{seq}};
    event.message.id = {chat::RoomId{1}, Seq{seq}};
    return event;
  }
  static chat::CatchUp read(std::int64_t from, std::int64_t to) {
    chat::CatchUp out{.events = {}, .seq = Seq{to}};
    for (std::int64_t seq = from; seq <= to; ++seq) out.events.push_back(message(seq));
    return out;
  }
  std::vector<std::int64_t> offer(std::int64_t seq) {
    std::vector<chat::RoomEvent> out;
    sequence.offer(message(seq), now, out);
    return seqs(out);
  }
  std::vector<std::int64_t> start(std::int64_t seq) {
    std::vector<chat::RoomEvent> out;
    sequence.start(Seq{seq}, out);
    return seqs(out);
  }
  std::vector<std::int64_t> filled(chat::CatchUp what, std::int64_t heard) {
    std::vector<chat::RoomEvent> out;
    sequence.filled(std::move(what), Seq{heard}, now, out);
    return seqs(out);
  }
  static std::vector<std::int64_t> seqs(const std::vector<chat::RoomEvent>& events) {
    std::vector<std::int64_t> out;
    for (const auto& event : events) out.push_back(event.seq.value);
    return out;
  }

  RoomSequence sequence;
  util::SteadyTime now{util::Millis(1'000)};
};

TEST_F(RoomSequenceTest, TheNextGoesOutAndAnOlderOneIsDropped) {
  EXPECT_THAT(start(4), IsEmpty());
  EXPECT_THAT(offer(5), ElementsAre(5));
  EXPECT_THAT(offer(5), IsEmpty());
  EXPECT_THAT(offer(3), IsEmpty());
  EXPECT_THAT(offer(6), ElementsAre(6));
  EXPECT_FALSE(sequence.hole());
}

TEST_F(RoomSequenceTest, ALaterOneWaitsForWhatIsMissing) {
  start(0);
  EXPECT_THAT(offer(3), IsEmpty());
  EXPECT_THAT(offer(2), IsEmpty());
  EXPECT_TRUE(sequence.hole());
  EXPECT_EQ(sequence.hole_since(), now);
  EXPECT_THAT(offer(1), ElementsAre(1, 2, 3));
  EXPECT_FALSE(sequence.hole());
}

TEST_F(RoomSequenceTest, WhatComesBeforeItsPlaceIsKnownWaits) {
  EXPECT_THAT(offer(7), IsEmpty());
  EXPECT_THAT(offer(5), IsEmpty());
  EXPECT_FALSE(sequence.hole());
  EXPECT_THAT(start(5), IsEmpty());
  EXPECT_TRUE(sequence.hole());
  EXPECT_THAT(offer(6), ElementsAre(6, 7));
}

TEST_F(RoomSequenceTest, AHoleIsFilledFromTheLog) {
  start(0);
  offer(4);
  EXPECT_THAT(filled(read(1, 3), 4), ElementsAre(1, 2, 3, 4));
  EXPECT_FALSE(sequence.hole());
}

TEST_F(RoomSequenceTest, WhatCameWhileTheLogWasReadIsNotToldTwice) {
  start(0);
  offer(4);
  EXPECT_THAT(offer(1), ElementsAre(1));
  EXPECT_THAT(offer(2), ElementsAre(2));
  EXPECT_THAT(filled(read(1, 4), 4), ElementsAre(3, 4));
  EXPECT_THAT(filled(read(1, 4), 4), IsEmpty());
}

TEST_F(RoomSequenceTest, ANewHoleBeginsItsTimeAnew) {
  start(0);
  offer(2);
  offer(4);
  now += util::Millis(90);
  EXPECT_THAT(offer(1), ElementsAre(1, 2));
  EXPECT_TRUE(sequence.hole());
  EXPECT_EQ(sequence.hole_since(), now);
}

TEST_F(RoomSequenceTest, TooMuchToTellIsToldByItsLast) {
  start(0);
  offer(5'000);
  chat::CatchUp much{.events = {message(5'001)}, .seq = Seq{5'001}, .complete = false};
  EXPECT_THAT(filled(std::move(much), 5'000), ElementsAre(5'001));
  EXPECT_FALSE(sequence.hole());
  EXPECT_THAT(offer(5'002), ElementsAre(5'002));
}

TEST_F(RoomSequenceTest, WhatTheLogDoesNotHaveDoesNotExist) {
  start(3);
  sequence.heard_of(Seq{9}, now);
  EXPECT_TRUE(sequence.hole());
  EXPECT_THAT(filled({.events = {}, .seq = Seq{3}}, 9), IsEmpty());
  EXPECT_FALSE(sequence.hole());
  // But what was heard of while the log was read may have come after it.
  offer(6);
  EXPECT_THAT(filled({.events = {}, .seq = Seq{3}}, 5), IsEmpty());
  EXPECT_TRUE(sequence.hole());
}

TEST_F(RoomSequenceTest, WhatWaitsIsBounded) {
  start(0);
  for (std::int64_t seq = 2; seq < 2'000; ++seq) offer(seq);
  EXPECT_EQ(sequence.waiting(), RoomSequence::kMaxWaiting);
  EXPECT_EQ(offer(1).size(), RoomSequence::kMaxWaiting + 1);
  EXPECT_TRUE(sequence.hole());
  EXPECT_EQ(sequence.heard(), Seq{1'999});
}

}  // namespace
}  // namespace chillin::bus
