#include "util/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace chillin::util {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return Error{Error::Code::kInvalid, "odd", false};
  return n / 2;
}

TEST(Result, HoldsEitherAValueOrAnError) {
  const auto good = half(4);
  ASSERT_TRUE(good.ok());
  EXPECT_TRUE(good);
  EXPECT_EQ(*good, 2);
  const auto bad = half(3);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, Error::Code::kInvalid);
  EXPECT_EQ(bad.error().detail, "odd");
}

TEST(Result, MovesValuesOut) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(5);
  const std::unique_ptr<int> p = *std::move(result);
  EXPECT_EQ(*p, 5);
}

TEST(Result, AStatusIsSuccessWithoutAValue) {
  const Status<> good = Ok{};
  const Status<> bad = Error{};
  EXPECT_TRUE(good.ok());
  EXPECT_FALSE(bad.ok());
}

}  // namespace
}  // namespace chillin::util
