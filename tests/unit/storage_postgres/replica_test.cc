#include "unit/storage_postgres/fixture.h"

namespace chillin::storage::postgres {
namespace {

class Replica : public StorageFixture {
 protected:
  Replica() {
    PostgresOptions options = database_.options();
    options.replica_conninfo = standby_.conninfo(database_.name());
    options.wait_limit = util::Millis{500};
    open(options);
    room_ = room();
    for (int i = 0; i < 10; ++i) (void)say(room_, "m" + std::to_string(i));
    EXPECT_TRUE(eventually([&] { return store_->stats().replica_up; }));
  }
  void catch_up() {
    const std::string at = primary_.sql("SELECT pg_current_wal_lsn()");
    EXPECT_TRUE(eventually([&] { return standby_.sql("SELECT pg_last_wal_replay_lsn() >= '" + at + "'") == "t"; }));
  }
  chat::Result<chat::HistoryPage> older() { return loop_.wait(store_->log().history(room_, chat::Seq{6}, 3)); }

  test::PostgresServer primary_;
  TestDatabase database_{primary_};
  test::PostgresServer standby_{primary_, false};
  chat::RoomId room_;
};

TEST_F(Replica, ServesOlderHistoryAndSearchAlsoWhileThePrimaryIsAway) {
  (void)loop_.wait(store_->log().search({"m3", {room_}, 10}));  // it is indexed then
  catch_up();
  primary_.crash();
  const auto page = older();
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->messages.size(), 3U);
  EXPECT_EQ(page->messages.back().text, "m4");
  EXPECT_EQ(loop_.wait(store_->log().search({"m3", {room_}, 10}))->size(), 1U);
  // The newest is the primary's business: the replica may be behind.
  EXPECT_FALSE(loop_.wait(store_->log().history(room_, {}, 3)).ok());
  primary_.start();
  EXPECT_TRUE(eventually([&] { return loop_.wait(store_->log().history(room_, {}, 3)).ok(); }));
}

TEST_F(Replica, NeverShowsWhatIsOlderThanWhatThisServerHasTold) {
  catch_up();
  standby_.sql("SELECT pg_wal_replay_pause()");
  chat::NewChange edit{{room_, {5}}, chat::ChangeKind::kEdited, {std::nullopt, "ann"}, {2}, "edited", "", true};
  ASSERT_TRUE(loop_.wait(store_->log().change(edit)).ok());
  EXPECT_EQ(older()->messages.back().text, "edited");
  standby_.sql("SELECT pg_wal_replay_resume()");
  catch_up();
  EXPECT_EQ(older()->messages.back().text, "edited");
  // The same for what another server told.
  standby_.sql("SELECT pg_wal_replay_pause()");
  auto other = PostgresStorage::open(database_.options());
  ASSERT_TRUE(other.ok()) << other.error().detail;
  Recorder told;
  (*other)->log().set_listener(&told);
  edit.text = "edited elsewhere";
  ASSERT_TRUE(loop_.wait((*other)->log().change(edit)).ok());
  ASSERT_TRUE(eventually([&] { return told.events().size() == 1; }));
  store_->saw(told.events());
  EXPECT_EQ(older()->messages.back().text, "edited elsewhere");
  standby_.sql("SELECT pg_wal_replay_resume()");
}

TEST_F(Replica, ThatIsAwayIsDoneWithout) {
  standby_.kill();
  EXPECT_EQ(older()->messages.back().text, "m4");
  EXPECT_EQ(loop_.wait(store_->log().search({"m3", {room_}, 10}))->size(), 1U);
}

}  // namespace
}  // namespace chillin::storage::postgres
