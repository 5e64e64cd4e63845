// What becomes of a transaction whose answer never arrives.

#include <map>

#include "support/tcp_proxy.h"
#include "unit/storage_postgres/fixture.h"

namespace chillin::storage::postgres {
namespace {

using chat::ErrorCode;
using test::TcpProxy;

class CommitInDoubt : public StorageFixture {
 protected:
  CommitInDoubt() : proxy_(server().port()) {
    server().sql("ALTER USER postgres PASSWORD 'secret'");
    PostgresOptions options = database_.options();
    options.conninfo =
        make_conninfo("127.0.0.1", std::to_string(proxy_.port()), database_.name(), "postgres", "secret");
    options.conninfo += " sslmode=disable";
    options.index_every = util::Millis{3'600'000};  // it would fall into the traps
    open(options);
    room_ = room();
    (void)rows(room_);
    // All connections stand and nothing is on its way.
    EXPECT_TRUE(eventually([&] { return store_->stats().pool_connections == options.pool_size; }));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  static test::PostgresServer& server() { return test::PostgresServer::shared(); }
  [[nodiscard]] std::vector<std::int64_t> told() const {
    std::vector<std::int64_t> out;
    for (const auto& event : recorder_.events()) out.push_back(event.seq.value);
    return out;
  }
  using Seqs = std::vector<std::int64_t>;

  TestDatabase database_;
  TcpProxy proxy_;
  chat::RoomId room_;
};

TEST_F(CommitInDoubt, WhatWasCommittedIsAnsweredWithItsFirstIdAndToldOnce) {
  proxy_.lose_next_answer();
  const auto said = say(room_, "hello", "t1");
  ASSERT_TRUE(said.ok());
  EXPECT_TRUE(proxy_.sprung());
  EXPECT_EQ(said->id.seq, chat::Seq{1});
  EXPECT_EQ(store_->stats().doubtful_commits, 1U);
  EXPECT_EQ(say(room_, "hello", "t1")->id, said->id);
  EXPECT_EQ(say(room_, "next", "t2")->id.seq, chat::Seq{2});
  EXPECT_EQ(rows(room_), 2U);
  EXPECT_TRUE(eventually([&] { return told().size() == 2; }));
  EXPECT_EQ(told(), (Seqs{1, 2}));
  EXPECT_EQ(recorder_.events()[0].message.text, "hello");
  EXPECT_TRUE(problems().empty());
}

TEST_F(CommitInDoubt, WithoutATempIdItIsUnknownButStillTold) {
  proxy_.lose_next_answer();
  const auto said = say(room_, "hello");
  ASSERT_FALSE(said.ok());
  EXPECT_EQ(said.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(rows(room_), 1U);
  EXPECT_TRUE(eventually([&] { return told().size() == 1; }));
}

TEST_F(CommitInDoubt, AChangeThatWasCommittedIsAnsweredAndTold) {
  const auto id = say(room_, "helo", "t1")->id;
  proxy_.lose_next_answer();
  chat::NewChange edit{id, chat::ChangeKind::kEdited, {std::nullopt, "ann"}, {2}, "hello", "", true};
  const auto changed = loop_.wait(store_->log().change(edit));
  ASSERT_TRUE(changed.ok());
  EXPECT_EQ(changed->message.text, "hello");
  EXPECT_EQ(changed->message.change_seq, chat::Seq{2});
  EXPECT_TRUE(eventually([&] { return told() == Seqs{1, 2}; }));
  EXPECT_EQ(recorder_.events()[1].message.text, "hello");
  EXPECT_TRUE(problems().empty());
}

// The server has the request but its client gave it up and did it again elsewhere: then it must not be done, however
// late.
TEST_F(CommitInDoubt, WhatWasDoneAgainIsNotDoneByTheFirstConnectionLater) {
  proxy_.hold_next_request();
  const auto said = say(room_, "hello");  // without a tempId nothing but the fence can tell
  ASSERT_TRUE(said.ok());
  EXPECT_TRUE(proxy_.sprung());
  EXPECT_EQ(rows(room_), 1U);
  proxy_.deliver_held();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(rows(room_), 1U);
  EXPECT_EQ(say(room_, "next")->id.seq, chat::Seq{2});
  EXPECT_TRUE(eventually([&] { return told() == Seqs{1, 2}; }));
  EXPECT_TRUE(problems().empty());
}

TEST_F(CommitInDoubt, ABatchIsSettledMessageByMessage) {
  std::vector<util::Task<chat::Result<chat::Appended>>> first;
  proxy_.lose_next_answer();
  for (int i = 0; i < 100; ++i) first.push_back(store_->log().append(message(room_, "m", std::to_string(i % 80))));
  const auto answers = at_once(std::move(first));
  std::map<std::size_t, chat::MessageId> ids;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    ASSERT_TRUE(answers[i].ok());
    const auto [it, made] = ids.try_emplace(i % 80, answers[i]->id);
    EXPECT_EQ(it->second, answers[i]->id);
  }
  EXPECT_EQ(rows(room_), 80U);
  EXPECT_TRUE(problems().empty());
}

TEST_F(CommitInDoubt, AWayThatIsCutAndRestoredWorksAgainWithinSeconds) {
  ASSERT_TRUE(say(room_).ok());
  proxy_.cut();
  std::thread restorer([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    proxy_.restore();
  });
  const auto begin = std::chrono::steady_clock::now();
  const auto said = say(room_, "again", "t");
  restorer.join();
  ASSERT_TRUE(said.ok());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  EXPECT_EQ(rows(room_), 2U);
}

TEST_F(CommitInDoubt, AWayOfHalfASecondIsSlowAndNothingElse) {
  proxy_.delay(250);
  EXPECT_TRUE(say(room_, "slow", "t").ok());
  EXPECT_EQ(rows(room_), 1U);
  proxy_.cut();
  proxy_.restore();
  EXPECT_TRUE(eventually([&] { return say(room_, "slow", "t").ok(); }));
  proxy_.delay(0);
  EXPECT_EQ(rows(room_), 1U);
}

}  // namespace
}  // namespace chillin::storage::postgres
