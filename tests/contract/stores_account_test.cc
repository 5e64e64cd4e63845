#include "contract/storage_under_test.h"

namespace chillin::contract {
namespace {

using chat::ErrorCode;

class AccountStoreContract : public StorageTest {};
INSTANTIATE_TEST_SUITE_P(Storage, AccountStoreContract, testing::ValuesIn(storage_kinds()), kind_name);

TEST_P(AccountStoreContract, FindsWhatItCreated) {
  EXPECT_EQ(ok(accounts().find_by_name("ann")), std::nullopt);
  const auto made = make_account("ann");
  const auto found = ok(accounts().find_by_name("ann"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, made.id);
  EXPECT_EQ(found->username, "ann");
  EXPECT_EQ(found->email, "ann@example.org");
  EXPECT_EQ(found->password_hash, "hash-of-ann");
  EXPECT_EQ(found->created_at, util::WallMillis{1'000});
  storage_->reopen();
  EXPECT_EQ(ok(accounts().find_by_name("ann"))->id, made.id);
}

TEST_P(AccountStoreContract, ANameIsGivenOnce) {
  make_account("ann");
  EXPECT_EQ(refusal(accounts().create({"ann", "", "", "h", {1}})), ErrorCode::kNameTaken);
  EXPECT_NE(make_account("bob").id, ok(accounts().find_by_name("ann"))->id);
}

TEST_P(AccountStoreContract, UpdatesWhatIsGivenAndLeavesTheRest) {
  const auto made = make_account("ann");
  ASSERT_TRUE(ok(accounts().find_by_name("ann")));
  chat::AccountUpdate update;
  update.avatar = "/a.png";
  EXPECT_EQ(ok(accounts().update(made.id, update)).avatar, "/a.png");
  update = {};
  update.password_hash = "new";
  update.email = "";
  update.status_text = "busy";
  ok(accounts().update(made.id, update));
  const auto found = ok(accounts().find_by_name("ann"));
  EXPECT_EQ(found->avatar, "/a.png");
  EXPECT_EQ(found->password_hash, "new");
  EXPECT_EQ(found->email, "");
  EXPECT_EQ(found->status_text, "busy");
}

TEST_P(AccountStoreContract, AnAccountThatIsNotThereCannotBeUpdated) {
  EXPECT_EQ(refusal(accounts().update({4711}, {})), ErrorCode::kAuthFailed);
}

class SessionStoreContract : public StorageTest {
 protected:
  static constexpr std::int64_t kHour = 3'600'000;
  std::optional<chat::Account> find(const std::string& token, std::int64_t now) {
    return ok(sessions().find(token, {now}));
  }
};
INSTANTIATE_TEST_SUITE_P(Storage, SessionStoreContract, testing::ValuesIn(storage_kinds()), kind_name);

TEST_P(SessionStoreContract, ATokenIsLongRandomAndFindsItsAccount) {
  const auto ann = make_account("ann");
  const auto token = ok(sessions().create(ann.id, {0}));
  EXPECT_EQ(token.size(), 43U);
  EXPECT_NE(token, ok(sessions().create(ann.id, {0})));
  EXPECT_EQ(find(token, 1)->username, "ann");
  EXPECT_EQ(find(token + "x", 1), std::nullopt);
  EXPECT_EQ(find("", 1), std::nullopt);
  storage_->reopen();
  EXPECT_EQ(find(token, 1)->username, "ann");
}

TEST_P(SessionStoreContract, NobodyGetsASessionWithoutAnAccount) {
  EXPECT_EQ(refusal(sessions().create({4711}, {0})), ErrorCode::kAuthFailed);
}

TEST_P(SessionStoreContract, ExpiresADayAfterItsLastUse) {
  const auto token = ok(sessions().create(make_account("ann").id, {0}));
  EXPECT_TRUE(find(token, 24 * kHour - 1));  // renews
  EXPECT_TRUE(find(token, 48 * kHour - 2));  // renews
  EXPECT_FALSE(find(token, 72 * kHour));
  EXPECT_FALSE(find(token, 72 * kHour + 1));
}

TEST_P(SessionStoreContract, IsNotRenewedMoreThanOnceAnHour) {
  const auto token = ok(sessions().create(make_account("ann").id, {0}));
  EXPECT_TRUE(find(token, kHour));
  EXPECT_FALSE(find(token, 24 * kHour));
}

TEST_P(SessionStoreContract, ARevokedTokenIsDeadAtOnce) {
  const auto ann = make_account("ann");
  const auto token = ok(sessions().create(ann.id, {0}));
  const auto other = ok(sessions().create(ann.id, {0}));
  EXPECT_TRUE(find(token, 1));
  EXPECT_TRUE(wait(sessions().revoke(token)).ok());
  EXPECT_FALSE(find(token, 1));
  EXPECT_TRUE(find(other, 1));
  EXPECT_TRUE(wait(sessions().revoke(token)).ok());
}

TEST_P(SessionStoreContract, RevokesAllButOne) {
  const auto ann = make_account("ann");
  const auto a = ok(sessions().create(ann.id, {0}));
  const auto b = ok(sessions().create(ann.id, {0}));
  const auto bobs = ok(sessions().create(make_account("bob").id, {0}));
  EXPECT_TRUE(find(b, 1));
  EXPECT_TRUE(wait(sessions().revoke_all(ann.id, a)).ok());
  EXPECT_TRUE(find(a, 1));
  EXPECT_FALSE(find(b, 1));
  EXPECT_TRUE(find(bobs, 1));
  EXPECT_TRUE(wait(sessions().revoke_all(ann.id, "")).ok());
  EXPECT_FALSE(find(a, 1));
}

TEST_P(SessionStoreContract, SeesAnAccountAsItIsNow) {
  const auto ann = make_account("ann");
  const auto token = ok(sessions().create(ann.id, {0}));
  EXPECT_EQ(find(token, 1)->avatar, "");
  chat::AccountUpdate update;
  update.avatar = "/new.png";
  ok(accounts().update(ann.id, update));
  EXPECT_EQ(find(token, 1)->avatar, "/new.png");
}

}  // namespace
}  // namespace chillin::contract
