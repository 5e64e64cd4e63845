// The database goes away under load and comes back.

#include <atomic>
#include <functional>
#include <map>
#include <set>

#include "unit/storage_postgres/fixture.h"

namespace chillin::storage::postgres {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

/// Two servers' storages with clients that send and send again until they are told that it is stored.
class Restart : public testing::Test {
 protected:
  static constexpr int kSenders = 20;
  struct Server {
    std::unique_ptr<PostgresStorage> store;
    Recorder told;
    util::ManualExecutor loop;
    int running = 0;  // confined to its thread, once that has started
    std::thread thread;
  };

  PostgresOptions options() {
    PostgresOptions out = database_.options();
    if (standby_) {
      out.conninfo = make_conninfo(server_.folder() + "," + standby_->folder(),
                                   std::to_string(server_.port()) + "," + std::to_string(standby_->port()),
                                   database_.name(), "postgres", "");
    }
    out.wait_limit = util::Millis{500};
    out.commit_timeout = util::Millis{3'000};
    return out;
  }
  void start(Server& server, int number) {
    auto opened = PostgresStorage::open(options());
    ASSERT_TRUE(opened.ok()) << opened.error().detail;
    server.store = std::move(*opened);
    server.store->log().set_listener(&server.told);
    for (const char* name : {"a", "b", "c"}) {
      (void)server.loop.wait(server.store->rooms().create({name, "", {std::nullopt, "ann"}, false, "", {1}}));
      rooms_.insert(server.loop.wait(server.store->rooms().find(std::string(name))).value()->id.value);
    }
    server.running = kSenders;
    server.thread = std::thread([this, &server, number] {
      server.loop.post([this, &server, number] {
        for (int i = 0; i < kSenders; ++i) {
          util::spawn(send_for_ever(server, std::to_string(number) + "-" + std::to_string(i)));
        }
      });
      server.loop.run_until([&server] { return server.running == 0; });
    });
  }
  util::Task<void> send_for_ever(Server& server, std::string sender) {
    PostgresStorage& store = *server.store;
    const std::vector<std::int64_t> in(rooms_.begin(), rooms_.end());
    for (int i = 0; !stop_; ++i) {
      const chat::RoomId room{in[static_cast<std::size_t>(i) % in.size()]};
      const std::string temp_id = sender + "-" + std::to_string(i);
      for (;;) {
        auto appended = co_await store.log().append(message(room, temp_id, temp_id));
        if (appended) {
          std::lock_guard lock(mutex_);
          acknowledged_[temp_id] = appended->id;
          break;
        }
        ++refused_;
        if (stop_) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      if (i % 7 == 0) {
        chat::NewChange react{{room, {1}}, chat::ChangeKind::kReaction, {std::nullopt, sender}, {1}, "", "+1",
                              i % 2 == 0};
        (void)co_await store.log().change(std::move(react));
      }
    }
    --server.running;
    server.loop.post([] {});
  }
  std::size_t acknowledged() {
    std::lock_guard lock(mutex_);
    return acknowledged_.size();
  }
  void run(const std::function<void()>& trouble, int rounds = 3) {
    Server servers[2];
    for (int i = 0; i < 2; ++i) start(servers[i], i);
    for (int round = 0; round < rounds; ++round) {
      const auto before = acknowledged();
      ASSERT_TRUE(eventually([&] { return acknowledged() > before + 200; }));
      trouble();
      const auto back = steady_clock::now();
      const auto after = acknowledged();
      ASSERT_TRUE(eventually([&] { return acknowledged() > after; }));
      // Readers have connections of their own, which come back when they try next, not when the writer's do.
      ASSERT_TRUE(eventually([&] { return reads(servers[0]); }));
      EXPECT_LT(steady_clock::now() - back, seconds(5));
    }
    stop_ = true;
    for (Server& server : servers) server.thread.join();
    check(servers);
  }
  bool reads(Server& server) {
    util::ManualExecutor loop;
    return loop.wait(server.store->rooms().find(std::string("a"))).ok();
  }
  void check(Server (&servers)[2]) {
    PostgresStorage& store = *servers[0].store;
    util::ManualExecutor& loop = servers[0].loop;
    EXPECT_EQ(loop.wait(store.verify()).value(), std::vector<std::string>{});
    std::map<std::string, chat::MessageId> stored;
    for (const std::int64_t room : rooms_) {
      chat::Seq last;
      for (bool more = true; more;) {
        const auto page = loop.wait(store.log().sync({room}, last, 500));
        ASSERT_TRUE(page.ok());
        for (const auto& found : page->changes) stored[found.temp_id] = found.id;
        last = page->seq;
        more = page->has_more;
      }
    }
    for (const auto& [temp_id, id] : acknowledged_) EXPECT_EQ(stored[temp_id], id) << temp_id;
    // Who follows both servers hears of everything that was acknowledged.
    std::set<chat::MessageId> told;
    for (Server& server : servers) {
      for (const auto& event : server.told.events()) told.insert(event.message.id);
    }
    for (const auto& [temp_id, id] : acknowledged_) EXPECT_TRUE(told.contains(id)) << temp_id;
    RecordProperty("acknowledged", static_cast<int>(acknowledged_.size()));
    RecordProperty("refused", refused_.load());
    RecordProperty("doubtful", static_cast<int>(servers[0].store->stats().doubtful_commits +
                                                servers[1].store->stats().doubtful_commits));
  }

  test::PostgresServer server_;
  TestDatabase database_{server_};
  std::unique_ptr<test::PostgresServer> standby_;
  std::set<std::int64_t> rooms_;
  std::mutex mutex_;
  std::map<std::string, chat::MessageId> acknowledged_;
  std::atomic<bool> stop_{false};
  std::atomic<int> refused_{0};
};

TEST_F(Restart, NothingAcknowledgedIsLostOrDoubledByKillMinusNineOfTheDatabase) {
  run([this] {
    server_.kill();
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    server_.start();
  });
}

TEST_F(Restart, NorWhenItsProcessesCrashAndItRecoversByItself) {
  run([this] { server_.crash(), server_.start(); });
}

TEST_F(Restart, NorWhenItFreezes) {
  run([this] {
    server_.freeze();
    std::this_thread::sleep_for(std::chrono::milliseconds(2'000));
    server_.thaw();
  });
}

TEST_F(Restart, NorWhenAllConnectionsAreEndedAtOnce) {
  run([this] {
    server_.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'chillin'");
  });
}

TEST_F(Restart, NorWhenASynchronousStandbyTakesOver) {
  standby_ = std::make_unique<test::PostgresServer>(server_, true);
  run(
      [this] {
        server_.kill();
        standby_->promote();
      },
      1);
  server_.start();
  // It is no standby of the new one: nobody may write to it, and nobody did.
  server_.sql("ALTER SYSTEM RESET synchronous_standby_names");
  server_.sql("SELECT pg_reload_conf()");
}

TEST_F(Restart, NorWhenItTakesOverFromAPrimaryThatHangs) {
  standby_ = std::make_unique<test::PostgresServer>(server_, true);
  run(
      [this] {
        server_.freeze();
        standby_->promote();
      },
      1);
  server_.kill();
  server_.start();
  server_.sql("ALTER SYSTEM RESET synchronous_standby_names");
  server_.sql("SELECT pg_reload_conf()");
}

}  // namespace
}  // namespace chillin::storage::postgres
