#include <gtest/gtest.h>

#include <fstream>

#include "storage/sqlite/connection_sqlite.h"
#include "storage/sqlite/sqlite_storage.h"
#include "unit/storage_sqlite/temporary_folder.h"
#include "util/manual_executor.h"

namespace chillin::storage {
namespace {

using chat::ErrorCode;

class Counter final : public chat::RoomLogListener {
 public:
  void on_committed(std::span<const chat::RoomEvent> events) override { count_ += events.size(); }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  std::atomic<std::size_t> count_{0};
};

class Failure : public testing::Test {
 protected:
  void open(const SqliteOptions& options = {}) {
    store_.reset();
    auto opened = SqliteStorage::open(folder_.path(), options);
    ASSERT_TRUE(opened.ok()) << opened.error().detail;
    store_ = std::move(*opened);
    store_->log().set_listener(&listener_);
  }
  chat::Room room(const std::string& name = "den") {
    (void)loop_.wait(store_->rooms().create({name, "", {std::nullopt, "ann"}, false, "", {1}}));
    return *loop_.wait(store_->rooms().find(name)).value();
  }
  chat::Result<chat::Appended> say(chat::RoomId id, std::string text = "hello", std::string temp_id = "") {
    return loop_.wait(store_->log().append(message(id, std::move(text), std::move(temp_id))));
  }
  static chat::NewMessage message(chat::RoomId id, std::string text, std::string temp_id = "") {
    return {id, "", {std::nullopt, "ann"}, std::move(text), std::move(temp_id), {1}, {}, {}, {}};
  }
  /// Sends all at once, so that they share commits; the results in order of sending.
  std::vector<chat::Result<chat::Appended>> say_at_once(std::vector<chat::NewMessage> messages) {
    std::vector<std::optional<chat::Result<chat::Appended>>> out(messages.size());
    std::size_t left = messages.size();
    auto send = [](chat::RoomLog& log, chat::NewMessage what, std::optional<chat::Result<chat::Appended>>& result,
                   std::size_t& count) -> util::Task<void> {
      result.emplace(co_await log.append(std::move(what)));
      --count;
    };
    loop_.post([&] {
      for (std::size_t i = 0; i < messages.size(); ++i) {
        util::spawn(send(store_->log(), std::move(messages[i]), out[i], left));
      }
    });
    loop_.run_until([&] { return left == 0; });
    std::vector<chat::Result<chat::Appended>> results;
    for (auto& each : out) results.push_back(std::move(*each));
    return results;
  }
  void overwrite(const char* file, std::streamoff at, const std::string& bytes) {
    std::fstream stream(folder_.file(file), std::ios::in | std::ios::out | std::ios::binary);
    ASSERT_TRUE(stream.seekp(at).write(bytes.data(), static_cast<std::streamsize>(bytes.size())));
  }

  TemporaryFolder folder_;
  util::ManualExecutor loop_;
  Counter listener_;
  std::unique_ptr<SqliteStorage> store_;
};

TEST_F(Failure, ARequestThatFailsDoesNotTakeItsBatchWithIt) {
  open();
  const auto id = room().id;
  std::vector<chat::NewMessage> messages;
  for (int i = 0; i < 30; ++i) messages.push_back(message(i % 3 == 0 ? chat::RoomId{4711} : id, "m"));
  const auto results = say_at_once(std::move(messages));
  for (std::size_t i = 0; i < results.size(); ++i) EXPECT_EQ(results[i].ok(), i % 3 != 0);
  EXPECT_EQ(loop_.wait(store_->log().history(id, {}, 100)).value().seq, chat::Seq{20});
}

TEST_F(Failure, AFullDiskRefusesWritesKeepsReadsAndDeliversNothing) {
  open();
  const auto id = room().id;
  ASSERT_TRUE(say(id, "before", "t").ok());
  SqliteOptions tight;
  tight.max_database_pages = 40;
  open(tight);
  const std::string large(2'000, 'x');
  std::size_t stored = 1;
  chat::Result<chat::Appended> last = say(id, large);
  for (; last.ok() && stored < 1'000; ++stored) last = say(id, large);
  ASSERT_FALSE(last.ok());
  EXPECT_EQ(last.error().code, ErrorCode::kUnavailable);
  EXPECT_GT(last.error().retry_after_ms, 0);

  // All of a batch are told; nobody hears of what was not stored; what was stored can be read.
  const std::size_t heard = listener_.count();
  for (const auto& result : say_at_once({message(id, large), message(id, large), message(id, large)})) {
    EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
  }
  EXPECT_EQ(listener_.count(), heard);
  EXPECT_EQ(loop_.wait(store_->log().history(id, {}, 500)).value().seq, chat::Seq{static_cast<std::int64_t>(stored)});
  EXPECT_TRUE(say(id, "before", "t")->duplicate);
  EXPECT_GE(store_->stats().failed_commits, 2U);

  open();
  EXPECT_EQ(say(id, large)->id.seq, chat::Seq{static_cast<std::int64_t>(stored) + 1});
  EXPECT_EQ(loop_.wait(store_->verify()).value(), std::vector<std::string>{});
}

TEST_F(Failure, TooManyWaitingAreRefusedAtOnce) {
  SqliteOptions options;
  options.max_queued = 10;
  open(options);
  const auto id = room().id;
  std::vector<chat::NewMessage> messages;
  for (int i = 0; i < 2'000; ++i) messages.push_back(message(id, "m"));
  std::size_t stored = 0;
  for (const auto& result : say_at_once(std::move(messages))) {
    if (result) {
      ++stored;
    } else {
      EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
    }
  }
  EXPECT_GE(stored, 10U);
  EXPECT_LT(stored, 2'000U);
  EXPECT_EQ(loop_.wait(store_->log().history(id, {}, 1)).value().seq, chat::Seq{static_cast<std::int64_t>(stored)});
}

TEST_F(Failure, AFileThatIsNoDatabaseIsRefusedInOneLine) {
  open();
  store_.reset();
  overwrite("chillin.db", 0, std::string(4'096, 'z'));
  const auto opened = SqliteStorage::open(folder_.path());
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.error().detail.find("damaged"), std::string::npos) << opened.error().detail;
  EXPECT_NE(opened.error().detail.find(folder_.file("chillin.db")), std::string::npos) << opened.error().detail;
  EXPECT_EQ(opened.error().detail.find('\n'), std::string::npos);
}

TEST_F(Failure, DamageInTheMiddleIsFoundAndAnsweredNotServed) {
  open();
  const auto id = room().id;
  std::vector<chat::NewMessage> messages;
  for (int i = 0; i < 400; ++i) messages.push_back(message(id, std::string(400, 'x')));
  (void)say_at_once(std::move(messages));
  store_.reset();
  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(folder_.file("chillin.db")));
  overwrite("chillin.db", size - 40 * 4'096, std::string(30 * 4'096, '\xA5'));
  open();
  auto found = loop_.wait(store_->verify());
  EXPECT_TRUE(!found || !found->empty());
  const auto page = loop_.wait(store_->log().sync(id, chat::Seq{0}, 500));
  ASSERT_FALSE(page.ok());
  EXPECT_EQ(page.error().code, ErrorCode::kUnavailable);
}

TEST_F(Failure, ADamagedOrForeignSearchIndexIsBuiltAnew) {
  open();
  const auto id = room().id;
  (void)say(id, "needle");
  const auto finds = [&] { return loop_.wait(store_->log().search({"needle", {id}, 10})).value().size(); };
  EXPECT_EQ(finds(), 1U);
  store_.reset();
  overwrite("search.db", 0, std::string(4'096, 'z'));
  open();
  EXPECT_EQ(finds(), 1U);
  store_.reset();
  std::filesystem::remove(folder_.file("search.db"));
  open();
  EXPECT_EQ(finds(), 1U);
  // A database restored from an older copy: the index has followed further than it goes.
  store_.reset();
  {
    auto db = SqliteConnection::open(folder_.file("chillin.db"), {});
    ASSERT_TRUE(db->execute("DELETE FROM messages; UPDATE rooms SET seq = 0").ok());
  }
  open();
  EXPECT_EQ(finds(), 0U);
  (void)say(id, "needle again");
  EXPECT_EQ(finds(), 1U);
}

TEST_F(Failure, ClosingTwiceIsOnceAndLaterRequestsAreRefused) {
  open();
  const auto id = room().id;
  store_->close();
  store_->close();
  EXPECT_EQ(say(id).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(loop_.wait(store_->log().find({id, {1}})).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(loop_.wait(store_->log().search({"x", {id}, 1})).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(loop_.wait(store_->ping()).error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(std::filesystem::exists(folder_.file("chillin.db-wal")) &&
               std::filesystem::file_size(folder_.file("chillin.db-wal")) > 0);
}

TEST_F(Failure, TheHealthCheckCommits) {
  open();
  const auto before = store_->stats().commits;
  const auto took = loop_.wait(store_->ping());
  ASSERT_TRUE(took.ok());
  EXPECT_GT(*took, 0);
  EXPECT_GT(store_->stats().commits, before);
}

TEST_F(Failure, TheWriteAheadLogStaysShortWhileWritesGoOn) {
  SqliteOptions options;
  options.wal_pages = 40;
  open(options);
  const auto id = room().id;
  int shrunk = 0;
  int before = 0;
  for (int i = 0; i < 20'000 && shrunk < 3; ++i) {
    ASSERT_TRUE(say(id).ok());
    const int now = store_->stats().wal_pages;
    if (now < before) ++shrunk;
    before = now;
  }
  EXPECT_EQ(shrunk, 3);
}

}  // namespace
}  // namespace chillin::storage
