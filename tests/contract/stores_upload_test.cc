#include "contract/storage_under_test.h"

namespace chillin::contract {
namespace {

using chat::ErrorCode;
using chat::Upload;
using util::WallMillis;

class UploadStoreContract : public StorageTest {
 protected:
  Upload upload(const chat::Account& owner, const std::string& id, std::int64_t size = 7) {
    return {.id = id,
            .owner = owner.id,
            .name = "a \"b\"\nü.txt",
            .content_type = "text/plain",
            .size = size,
            .created_at = {1'000},
            .expires_at = WallMillis{5'000}};
  }
  Upload completed(const chat::Account& owner, const std::string& id) {
    ok(uploads().create(upload(owner, id), 0));
    ok(uploads().complete(id, "image/png"));
    return *ok(uploads().find(id));
  }
  auto attach(const chat::Account& owner, const chat::Room& room, std::vector<std::string> ids,
              const std::string& send_key = "t1", WallMillis now = {2'000}) {
    return uploads().attach(std::move(ids), owner.id, room.id, send_key, now);
  }
};
INSTANTIATE_TEST_SUITE_P(Storage, UploadStoreContract, testing::ValuesIn(storage_kinds()), kind_name);

TEST_P(UploadStoreContract, FindsWhatItCreatedAndCompleted) {
  const auto ann = make_account("ann");
  EXPECT_FALSE(ok(uploads().find("u1")));
  auto expected = upload(ann, "u1");
  ok(uploads().create(expected, 0));
  EXPECT_EQ(ok(uploads().find("u1")), expected);
  ok(uploads().complete("u1", "image/png"));
  expected.complete = true;
  expected.content_type = "image/png";
  EXPECT_EQ(ok(uploads().find("u1")), expected);
  storage_->reopen();
  EXPECT_EQ(ok(uploads().find("u1")), expected);
  EXPECT_EQ(refusal(uploads().complete("none", "image/png")), ErrorCode::kMessageNotFound);
}

TEST_P(UploadStoreContract, TheFilesOfAnOwnerStayWithinTheQuota) {
  const auto ann = make_account("ann");
  ok(uploads().create(upload(ann, "u1", 60), 100));
  EXPECT_EQ(refusal(uploads().create(upload(ann, "u2", 41), 100)), ErrorCode::kForbidden);
  EXPECT_FALSE(ok(uploads().find("u2")));
  ok(uploads().create(upload(ann, "u3", 40), 100));
  ok(uploads().create(upload(make_account("ben"), "u4", 100), 100));
  ok(uploads().create(upload(ann, "u5", 1'000), 0));
}

TEST_P(UploadStoreContract, GivesFilesToAMessageInTheOrderAskedFor) {
  const auto ann = make_account("ann");
  const auto room = fresh_room();
  completed(ann, "u1");
  completed(ann, "u2");
  const auto given = ok(attach(ann, room, {"u2", "u1"}));
  ASSERT_EQ(given.size(), 2U);
  EXPECT_EQ(given[0].id, "u2");
  EXPECT_EQ(given[1].id, "u1");
  EXPECT_EQ(given[0].room, room.id);
  EXPECT_EQ(given[0].expires_at, std::nullopt);
  EXPECT_EQ(ok(uploads().find("u1")), given[1]);
  EXPECT_TRUE(ok(uploads().expired({1'000'000}, 10)).empty());
}

TEST_P(UploadStoreContract, ASendMayBeRepeatedAndAFileGoesWithNoOther) {
  const auto ann = make_account("ann");
  const auto room = fresh_room();
  const auto other = fresh_room();
  completed(ann, "u1");
  const auto given = ok(attach(ann, room, {"u1"}));
  EXPECT_EQ(ok(attach(ann, room, {"u1"})), given);
  EXPECT_EQ(refusal(attach(ann, room, {"u1"}, "t2")), ErrorCode::kInvalidPayload);
  EXPECT_EQ(refusal(attach(ann, other, {"u1"})), ErrorCode::kInvalidPayload);
}

TEST_P(UploadStoreContract, GivesAllFilesOrNone) {
  const auto ann = make_account("ann");
  const auto ben = make_account("ben");
  const auto room = fresh_room();
  const auto fine = completed(ann, "u1");
  completed(ben, "bens");
  ok(uploads().create(upload(ann, "pending"), 0));
  for (const char* wrong : {"none", "bens", "pending"}) {
    EXPECT_EQ(refusal(attach(ann, room, {"u1", wrong})), ErrorCode::kInvalidPayload) << wrong;
  }
  EXPECT_EQ(refusal(attach(ann, room, {"u1"}, "t1", {5'000})), ErrorCode::kInvalidPayload) << "it has expired";
  EXPECT_EQ(ok(uploads().find("u1")), fine);
  ok(attach(ann, room, {"u1"}, "t1", {4'999}));
}

TEST_P(UploadStoreContract, WhatIsTakenFromItsMessageExpires) {
  const auto ann = make_account("ann");
  const auto room = fresh_room();
  completed(ann, "u1");
  ok(attach(ann, room, {"u1"}));
  ok(uploads().detach({"u1", "none"}, {0}));
  EXPECT_EQ(ok(uploads().find("u1"))->room, std::nullopt);
  EXPECT_EQ(ok(uploads().find("u1"))->expires_at, WallMillis{0});
  EXPECT_EQ(refusal(attach(ann, room, {"u1"})), ErrorCode::kInvalidPayload);
}

TEST_P(UploadStoreContract, ForgetsWhatHasExpiredAndNothingElse) {
  const auto ann = make_account("ann");
  const auto room = fresh_room();
  for (const char* id : {"u1", "u2", "u3"}) completed(ann, id);
  ok(attach(ann, room, {"u2"}));
  EXPECT_TRUE(ok(uploads().expired({4'999}, 10)).empty());
  EXPECT_EQ(ok(uploads().expired({5'000}, 10)).size(), 2U);
  EXPECT_EQ(ok(uploads().expired({5'000}, 1)).size(), 1U);
  ok(uploads().remove("u1", {4'999}));
  EXPECT_TRUE(ok(uploads().find("u1")));
  for (const char* id : {"u1", "u2", "none"}) ok(uploads().remove(id, {5'000}));
  EXPECT_FALSE(ok(uploads().find("u1")));
  EXPECT_TRUE(ok(uploads().find("u2"))) << "a message carries it";
  EXPECT_EQ(ok(uploads().expired({5'000}, 10)).size(), 1U);
}

}  // namespace
}  // namespace chillin::contract
