#include "chat/authenticate.h"
#include "chat/login.h"
#include "chat/logout.h"
#include "chat/register_account.h"
#include "chat/update_profile.h"
#include "unit/chat/world.h"

namespace chillin::test {
namespace {

using chat::authenticate;
using chat::login;
using chat::register_account;
using chat::update_profile;

class Accounts : public World {
 protected:
  chat::RegisterAccount form(const std::string& name, const std::string& password = "secret") {
    return {.username = name, .password = password, .address = "10.0.0." + std::to_string(++address_)};
  }
  chat::Login credentials(const std::string& name, const std::string& password) {
    return {.username = name, .password = password, .address = "10.0.0." + std::to_string(++address_)};
  }
  int address_ = 0;
};

TEST_F(Accounts, ARegisteredAccountIsSignedIn) {
  auto command = form("  Björn ", "qwerty");
  command.email = "bjorn@example.org";
  const auto signed_in = good(register_account(service, std::move(command)));
  EXPECT_EQ(signed_in.account.username, "björn");
  EXPECT_EQ(signed_in.account.email, "bjorn@example.org");
  EXPECT_EQ(signed_in.account.avatar, "");
  EXPECT_EQ(good(authenticate(service, signed_in.token)).id, signed_in.account.id);
}

TEST_F(Accounts, NamesHaveThreeToTwentyCodePoints) {
  EXPECT_EQ(refusal(register_account(service, form("ab"))), "INVALID_PAYLOAD username");
  EXPECT_EQ(refusal(register_account(service, form(std::string(21, 'a')))), "INVALID_PAYLOAD username");
  EXPECT_EQ(refusal(register_account(service, form("a\xFF\xFE"))), "INVALID_PAYLOAD username");
  EXPECT_EQ(refusal(register_account(service, form("ad\u200Bmin"))), "INVALID_PAYLOAD username");
  std::string twenty;
  for (int i = 0; i < 20; ++i) twenty += "é";
  EXPECT_EQ(good(register_account(service, form(twenty))).account.username, twenty);
}

TEST_F(Accounts, AdminIsNobodysName) {
  EXPECT_EQ(refusal(register_account(service, form("Admin"))), "NAME_TAKEN username");
  EXPECT_EQ(refusal(register_account(service, form("ad\u200Dmin"))), "NAME_TAKEN username");
}

TEST_F(Accounts, ANameIsRegisteredOnce) {
  good(register_account(service, form("amelie")));
  const auto hashes = hasher.hashes;
  EXPECT_EQ(refusal(register_account(service, form("AMELIE"))), "NAME_TAKEN username");
  EXPECT_EQ(hasher.hashes, hashes);  // found out before the costly part
}

TEST_F(Accounts, PasswordsHaveSixCodePointsAndAnEnd) {
  EXPECT_EQ(refusal(register_account(service, form("amelie", "12345"))), "INVALID_PAYLOAD password");
  EXPECT_EQ(refusal(register_account(service, form("amelie", "ééééé"))), "INVALID_PAYLOAD password");
  EXPECT_EQ(refusal(register_account(service, form("amelie", std::string(1025, 'x')))), "INVALID_PAYLOAD password");
  good(register_account(service, form("amelie", "éééééé")));
}

TEST_F(Accounts, AnEmailIsOptionalButLooksLikeOne) {
  for (const char* wrong : {"nobody", "@example.org", "a@", "a@b@c", "a b@example.org", "a@b\n"}) {
    auto command = form("amelie");
    command.email = wrong;
    EXPECT_EQ(refusal(register_account(service, std::move(command))), "INVALID_PAYLOAD email") << wrong;
  }
}

TEST_F(Accounts, RegistrationsAreLimitedPerAddress) {
  settings.auth_rate = {2, util::Millis{60'000}};
  for (const char* name : {"one1", "two2"}) {
    chat::RegisterAccount command{.username = name, .password = "secret", .address = "10.1.1.1"};
    good(register_account(service, std::move(command)));
  }
  chat::RegisterAccount third{.username = "three", .password = "secret", .address = "10.1.1.1"};
  const auto refused = wait(register_account(service, std::move(third)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, chat::ErrorCode::kRateLimited);
  EXPECT_EQ(refused.error().retry_after_ms, 60'000);
}

TEST_F(Accounts, LoginTakesTheNameAsTyped) {
  account("amelie", "new:qwerty");
  EXPECT_EQ(good(login(service, credentials(" Amelie ", "qwerty"))).account.username, "amelie");
}

TEST_F(Accounts, AWrongPasswordAndAnUnknownNameLookAndCostTheSame) {
  account("amelie", "new:qwerty");
  const auto wrong = wait(login(service, credentials("amelie", "wrong!")));
  const auto checks = hasher.checks;
  const auto unknown = wait(login(service, credentials("nobody", "wrong!")));
  ASSERT_FALSE(wrong);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(wrong.error().code, chat::ErrorCode::kAuthFailed);
  EXPECT_EQ(unknown.error().code, chat::ErrorCode::kAuthFailed);
  EXPECT_EQ(wrong.error().message, unknown.error().message);
  EXPECT_EQ(hasher.checks, checks + 1);
}

TEST_F(Accounts, AnOldHashIsReplacedAtLogin) {
  account("amelie", "old:qwerty");
  good(login(service, credentials("amelie", "qwerty")));
  EXPECT_EQ(good(storage->accounts().find_by_name("amelie"))->password_hash, "new:qwerty");
  good(login(service, credentials("amelie", "qwerty")));
}

TEST_F(Accounts, LoginsAreLimitedPerNameAcrossAddresses) {
  settings.auth_rate = {3, util::Millis{60'000}};
  account("amelie", "new:qwerty");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(refusal(login(service, credentials("amelie", "guess!"))), "AUTH_FAILED");
  EXPECT_EQ(refusal(login(service, credentials("amelie", "qwerty"))), "RATE_LIMITED");
  clock.advance(util::Millis{60'000});
  good(login(service, credentials("amelie", "qwerty")));
}

TEST_F(Accounts, AFullHasherSaysUnavailable) {
  account("amelie", "new:qwerty");
  hasher.full = true;
  EXPECT_EQ(refusal(login(service, credentials("amelie", "qwerty"))), "UNAVAILABLE");
  EXPECT_EQ(refusal(register_account(service, form("björn"))), "UNAVAILABLE");
}

TEST_F(Accounts, ATokenThatIsNoneFails) {
  EXPECT_EQ(refusal(authenticate(service, "")), "AUTH_FAILED");
  EXPECT_EQ(refusal(authenticate(service, "no such token")), "AUTH_FAILED");
  EXPECT_EQ(refusal(authenticate(service, std::string(100'000, 'x'))), "AUTH_FAILED");
}

TEST_F(Accounts, LogoutRevokesTheToken) {
  const auto signed_in = good(register_account(service, form("amelie")));
  EXPECT_TRUE(wait(chat::logout(service, signed_in.token)));
  EXPECT_EQ(refusal(authenticate(service, signed_in.token)), "AUTH_FAILED");
  EXPECT_TRUE(wait(chat::logout(service, "no such token")));
}

TEST_F(Accounts, AProfileChangesWhatIsGiven) {
  const auto amelie = account("amelie");
  chat::ProfileUpdate update{.email = "a@example.org", .avatar = "https://example.org/a.png", .status_text = "hi"};
  const auto updated = good(update_profile(service, amelie, std::move(update)));
  EXPECT_EQ(updated.email, "a@example.org");
  EXPECT_EQ(updated.avatar, "https://example.org/a.png");
  EXPECT_EQ(updated.status_text, "hi");
  const auto same = good(update_profile(service, amelie, chat::ProfileUpdate{}));
  EXPECT_EQ(same.email, "a@example.org");
  EXPECT_EQ(same.password_hash, amelie.password_hash);
}

TEST_F(Accounts, AnAvatarIsNoScriptAndNoOtherScheme) {
  const auto amelie = account("amelie");
  for (const char* wrong : {"javascript:alert(1)", "//evil.example", "http://example.org/a.png", "data:image/png,x",
                            "https://a\"onload=x", "a.png"}) {
    EXPECT_EQ(refusal(update_profile(service, amelie, chat::ProfileUpdate{.avatar = wrong})), "INVALID_PAYLOAD avatar")
        << wrong;
  }
}

TEST_F(Accounts, AStatusHasAHundredCodePoints) {
  const auto amelie = account("amelie");
  EXPECT_EQ(refusal(update_profile(service, amelie, chat::ProfileUpdate{.status_text = std::string(101, 'x')})),
            "INVALID_PAYLOAD statusText");
}

TEST_F(Accounts, ANewPasswordNeedsTheOldOneAndEndsOtherSessions) {
  const auto here = good(register_account(service, form("amelie", "first!")));
  const auto there = good(login(service, credentials("amelie", "first!")));
  chat::ProfileUpdate wrong{.password = "second", .current_password = "guess!", .token = here.token};
  EXPECT_EQ(refusal(update_profile(service, here.account, std::move(wrong))), "FORBIDDEN currentPassword");
  chat::ProfileUpdate weak{.password = "short", .current_password = "first!", .token = here.token};
  EXPECT_EQ(refusal(update_profile(service, here.account, std::move(weak))), "INVALID_PAYLOAD password");
  good(authenticate(service, there.token));

  chat::ProfileUpdate right{.password = "second", .current_password = "first!", .token = here.token};
  good(update_profile(service, here.account, std::move(right)));
  good(authenticate(service, here.token));
  EXPECT_EQ(refusal(authenticate(service, there.token)), "AUTH_FAILED");
  good(login(service, credentials("amelie", "second")));
  EXPECT_EQ(refusal(login(service, credentials("amelie", "first!"))), "AUTH_FAILED");
}

}  // namespace
}  // namespace chillin::test
