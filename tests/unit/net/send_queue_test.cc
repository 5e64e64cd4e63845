#include "net/send_queue.h"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <span>
#include <string>
#include <utility>

#include "net/loop.h"
#include "server_fixture.h"

namespace chillin::net {
namespace {

using testing::Signal;

util::Slice slice(std::string text) {
  return util::Slice(util::SharedBuffer(std::move(text)));
}

/// On a loop's thread, from which a queue borrows its storage.
void on_loop(const std::function<void(LoopImpl&)>& fn) {
  LoopGroup loops(1);
  Signal done;
  loops.at(0).post([&] {
    fn(loops.at(0).impl());
    done.set();
  });
  ASSERT_TRUE(done.wait());
}

TEST(SendQueue, OneSliceIsGatheredWhereItLies) {
  on_loop([](LoopImpl& loop) {
    std::array<char, 4> small{};
    std::span<char> room = small;
    SendQueue queue;
    const auto only = slice("longer than the room");
    queue.push(loop, only);
    EXPECT_EQ(queue.gather(room).data(), only.view().data());
    EXPECT_EQ(room.size(), small.size());
    queue.clear(loop);
  });
}

TEST(SendQueue, SeveralSlicesAreGatheredInOrderAndTheRoomBeginsBehindThem) {
  on_loop([](LoopImpl& loop) {
    std::array<char, 16> buffer{};
    std::span<char> room = buffer;
    SendQueue queue;
    for (const char* text : {"one ", "two ", "three"}) queue.push(loop, slice(text));
    EXPECT_EQ(queue.gather(room), "one two three");
    EXPECT_EQ(room.data(), buffer.data() + 13);
    EXPECT_EQ(room.size(), 3U);
    // Nothing of it counts as written until somebody says so; a part may be.
    queue.took(6, loop);
    room = buffer;
    EXPECT_EQ(queue.gather(room), "o three");
    queue.took(7, loop);
    EXPECT_TRUE(queue.empty());
  });
}

TEST(SendQueue, WhatDoesNotFitIsNotGathered) {
  on_loop([](LoopImpl& loop) {
    std::array<char, 8> buffer{};
    std::span<char> room = buffer;
    SendQueue queue;
    queue.push(loop, slice("12345"));
    queue.push(loop, slice("6789"));
    EXPECT_TRUE(queue.gather(room).empty());
    EXPECT_EQ(room.size(), buffer.size());
    EXPECT_EQ(queue.bytes(), 9U);
    queue.clear(loop);
  });
}

}  // namespace
}  // namespace chillin::net
