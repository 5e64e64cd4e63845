#include "util/shared_buffer.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace chillin::util {
namespace {

TEST(SharedBuffer, EmptyOnesHoldNothing) {
  const SharedBuffer buffer;
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.size(), 0U);
  EXPECT_EQ(buffer.view(), "");
  EXPECT_EQ(Slice(buffer).size(), 0U);
  EXPECT_EQ(Slice().view(), "");
}

TEST(SharedBuffer, CopiesShareTheBytes) {
  const SharedBuffer a(std::string(100, 'x'));
  const SharedBuffer b = a;  // NOLINT(performance-unnecessary-copy-initialization): the copy is what is tested
  EXPECT_EQ(a.view().data(), b.view().data());
  EXPECT_EQ(b.size(), 100U);
}

TEST(Slice, KeepsTheWholeAlive) {
  Slice slice;
  {
    const SharedBuffer buffer(
        std::string("a long enough text that it is not inside the string object: header|payload"));
    slice = Slice(buffer, buffer.size() - 7, 7);
  }
  EXPECT_EQ(slice.view(), "payload");
}

TEST(Slice, EndsWithItsBuffer) {
  const SharedBuffer buffer(std::string("abcdef"));
  EXPECT_EQ(Slice(buffer, 2, 2).view(), "cd");
  EXPECT_EQ(Slice(buffer, 4, 100).view(), "ef");
  EXPECT_EQ(Slice(buffer, 6, 1).view(), "");
}

TEST(Slice, RemovePrefixAdvancesThisSliceOnly) {
  const SharedBuffer buffer(std::string("abcdef"));
  Slice a(buffer);
  Slice b = a;
  a.remove_prefix(4);
  EXPECT_EQ(a.view(), "ef");
  EXPECT_EQ(b.view(), "abcdef");
  a.remove_prefix(2);
  EXPECT_EQ(a.size(), 0U);
}

TEST(SharedBuffer, IsReadAndReleasedByManyThreadsAtOnce) {
  SharedBuffer buffer(std::string(1000, 'y'));
  std::vector<std::thread> threads;
  threads.reserve(4);
  std::vector<std::size_t> sizes(4);
  for (std::size_t t = 0; t < sizes.size(); ++t) {
    threads.emplace_back([copy = buffer, &sizes, t]() mutable {
      for (int i = 0; i < 1000; ++i) {
        const Slice slice(copy, 1, 10);
        sizes[t] += slice.size();
      }
      copy = SharedBuffer();
    });
  }
  buffer = SharedBuffer();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(sizes, std::vector<std::size_t>(4, 10'000));
}

}  // namespace
}  // namespace chillin::util
