#include "storage/sqlite/lookup_cache.h"

#include <gtest/gtest.h>

#include <string>

namespace chillin::storage {
namespace {

TEST(LookupCache, AValueReadBeforeACommitIsNotKeptAfterIt) {
  LookupCache<std::string, int> cache(10);
  const auto epoch = cache.epoch("ann");
  cache.forget("ann");  // the commit, while somebody still carries the old value
  cache.put("ann", 1, epoch);
  EXPECT_EQ(cache.get("ann"), std::nullopt);
  cache.put("ann", 2, cache.epoch("ann"));
  EXPECT_EQ(cache.get("ann"), 2);
  cache.forget("ann");
  EXPECT_EQ(cache.get("ann"), std::nullopt);
}

TEST(LookupCache, ForgetsTheLeastUsedFirst) {
  LookupCache<int, int> cache(2);
  cache.put(1, 1, cache.epoch(1));
  cache.put(2, 2, cache.epoch(2));
  EXPECT_TRUE(cache.get(1));
  cache.put(3, 3, cache.epoch(3));
  EXPECT_TRUE(cache.get(1));
  EXPECT_FALSE(cache.get(2));
  EXPECT_TRUE(cache.get(3));
}

TEST(LookupCache, ForgetsAll) {
  LookupCache<int, int> cache(2);
  const auto epoch = cache.epoch(1);
  cache.put(1, 1, epoch);
  cache.forget_all();
  cache.put(1, 1, epoch);
  EXPECT_FALSE(cache.get(1));
}

TEST(LookupCache, KeepsWhatACommitMadeAndRefusesWhatWasReadBefore) {
  LookupCache<int, int> cache(2);
  const auto epoch = cache.epoch(1);
  cache.keep(1, 7);
  cache.put(1, 6, epoch);
  EXPECT_EQ(cache.get(1), 7);
  cache.keep(1, 8);
  EXPECT_EQ(cache.get(1), 8);
}

}  // namespace
}  // namespace chillin::storage
