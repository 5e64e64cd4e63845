#include "chat/told_id.h"

#include <gtest/gtest.h>

namespace chillin::test {
namespace {

using chat::told_id;

TEST(ToldId, ASocketsIdIsToldAndASessionsIsNot) {
  EXPECT_EQ(told_id("SIMIjJ6TpaGrTLGo00OO"), "SIMIjJ6TpaGrTLGo00OO");
  const std::string session = "ABgd3G_4veGFEiXgCPzr";
  EXPECT_EQ(told_id(session), told_id(session));
  EXPECT_NE(told_id(session), told_id("ABgd3G_4veGFEiXgCPzs"));
  EXPECT_EQ(told_id(session).size(), 20U);
  EXPECT_EQ(told_id(session).find(session.substr(2, 4)), std::string::npos);
  EXPECT_NE(told_id("AB7_veGFEiXgCPzrabcdef"), "AB7_veGFEiXgCPzrabcdef") << "with a SERVER_ID";
}

}  // namespace
}  // namespace chillin::test
