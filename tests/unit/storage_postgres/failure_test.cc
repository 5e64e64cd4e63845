#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <set>

#include "storage/postgres/failure.h"
#include "unit/storage_postgres/fixture.h"

namespace chillin::storage::postgres {
namespace {

using chat::ErrorCode;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

class PostgresFailure : public StorageFixture {
 protected:
  TestDatabase database_;
};

TEST_F(PostgresFailure, ARequestThatFailsDoesNotTakeItsBatchWithIt) {
  open(database_.options());
  const auto id = room();
  // Both kinds: one that finds nothing, and one that fails its transaction (a session of nobody).
  std::vector<util::Task<chat::Result<chat::Appended>>> tasks;
  for (int i = 0; i < 30; ++i)
    tasks.push_back(store_->log().append(message(i % 3 == 0 ? chat::RoomId{4711} : id, "m")));
  std::optional<chat::Result<std::string>> session;
  auto nobody = [](chat::SessionStore& to, std::optional<chat::Result<std::string>>& out) -> util::Task<void> {
    out.emplace(co_await to.create({4711}, {1}));
  };
  loop_.post([&] { util::spawn(nobody(store_->sessions(), session)); });
  const auto results = at_once(std::move(tasks));
  for (std::size_t i = 0; i < results.size(); ++i) EXPECT_EQ(results[i].ok(), i % 3 != 0);
  loop_.run_until([&] { return session.has_value(); });
  EXPECT_EQ(session->error().code, ErrorCode::kAuthFailed);
  EXPECT_EQ(loop_.wait(store_->log().history(id, {}, 100))->seq, chat::Seq{20});
  EXPECT_TRUE(problems().empty());
}

TEST_F(PostgresFailure, ATextThatCannotBeStoredIsRefused) {
  open(database_.options());
  const auto id = room();
  EXPECT_EQ(say(id, std::string("a\0b", 3)).error().code, ErrorCode::kInvalidPayload);
  EXPECT_EQ(say(id, "a\xFF").error().code, ErrorCode::kInvalidPayload);
  const auto made =
      loop_.wait(store_->rooms().create({std::string("a\0b", 3), "", {std::nullopt, "x"}, false, "", {1}}));
  EXPECT_EQ(made.error().code, ErrorCode::kInvalidPayload);
  EXPECT_FALSE(loop_.wait(store_->rooms().find(std::string("a\xFF"))).ok());
  EXPECT_TRUE(say(id).ok());
}

TEST_F(PostgresFailure, WrongCredentialsAreSaidInOneLineAndAtOnce) {
  PostgresOptions options = database_.options();
  options.conninfo =
      make_conninfo("127.0.0.1", std::to_string(database_.server().port()), database_.name(), "postgres", "wrong'\\");
  const auto begin = steady_clock::now();
  const auto opened = PostgresStorage::open(options);
  EXPECT_LT(steady_clock::now() - begin, seconds(5));
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.error().detail.find("password authentication failed"), std::string::npos) << opened.error().detail;
  EXPECT_EQ(opened.error().detail.find('\n'), std::string::npos);
  EXPECT_EQ(opened.error().detail.find("wrong"), std::string::npos);
  options.conninfo = database_.server().conninfo("no_such_database");
  EXPECT_NE(PostgresStorage::open(options).error().detail.find("does not exist"), std::string::npos);
}

TEST_F(PostgresFailure, ADatabaseThatIsAwayAtTheStartIsWaitedForAWhile) {
  PostgresOptions options = database_.options();
  options.conninfo = "host=127.0.0.1 port=1 dbname=x user=x";
  options.open_wait = util::Millis{300};
  const auto opened = PostgresStorage::open(options);
  ASSERT_FALSE(opened.ok());
  EXPECT_TRUE(opened.error().temporary);
  options.conninfo = "postgres://[";
  EXPECT_FALSE(PostgresStorage::open(options).ok());
}

TEST_F(PostgresFailure, AHostThatTakesTheConnectionAndSaysNothingIsGivenUpInTime) {
  const int silent = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(silent, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(silent, 8), 0);
  ASSERT_EQ(::getsockname(silent, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::string port = std::to_string(ntohs(address.sin_port));
  PostgresOptions options = database_.options();
  options.conninfo = "host=127.0.0.1 dbname=x user=x port=" + port;
  options.connect_timeout = util::Millis{300};
  options.open_wait = util::Millis{0};
  const auto begin = steady_clock::now();
  const auto opened = PostgresStorage::open(options);
  EXPECT_LT(steady_clock::now() - begin, seconds(3));
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.error().detail.find("the database does not answer"), std::string::npos) << opened.error().detail;
  // With another host beside it, it costs a moment.
  options.conninfo =
      make_conninfo("127.0.0.1," + database_.server().folder(), port + "," + std::to_string(database_.server().port()),
                    database_.name(), "postgres", "");
  options.connect_timeout = util::Millis{5'000};
  options.next_host_after = util::Millis{100};
  open(options);
  EXPECT_TRUE(say(room()).ok());
  ::close(silent);
}

TEST_F(PostgresFailure, WhoeverMayStartWithoutItWorksAsSoonAsItIsThere) {
  PostgresOptions options;
  test::PostgresServer late;
  options.conninfo = late.conninfo("postgres");
  late.crash();
  options.open_wait = util::Millis{0};
  options.open_later = true;
  open(options);
  EXPECT_EQ(loop_.wait(store_->ping()).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(loop_.wait(store_->rooms().find("den")).error().code, ErrorCode::kUnavailable);
  EXPECT_NE(store_->stats().trouble, "");
  late.start();
  EXPECT_TRUE(eventually([&] { return loop_.wait(store_->ping()).ok(); }));
  EXPECT_TRUE(say(room()).ok());
  EXPECT_EQ(store_->stats().trouble, "");
  EXPECT_TRUE(problems().empty());
  store_.reset();
}

TEST_F(PostgresFailure, WhoeverMayStartWithoutItCanAlsoStopWithoutIt) {
  PostgresOptions options = database_.options();
  options.conninfo = "host=127.0.0.1 port=1 dbname=x user=x";
  options.open_wait = util::Millis{0};
  options.open_later = true;
  open(options);
  store_->log().stop();
  store_.reset();
  // What waiting does not mend is said at once all the same.
  options.conninfo = database_.server().conninfo("no_such_database");
  EXPECT_FALSE(PostgresStorage::open(options).ok());
}

TEST_F(PostgresFailure, CredentialsThatBecomeWrongAndRightAgain) {
  database_.sql("DROP ROLE IF EXISTS app; CREATE ROLE app LOGIN SUPERUSER PASSWORD 'one'");
  PostgresOptions options = database_.options();
  options.conninfo =
      make_conninfo("127.0.0.1", std::to_string(database_.server().port()), database_.name(), "app", "one");
  options.wait_limit = util::Millis{300};
  open(options);
  const auto id = room();
  ASSERT_TRUE(say(id).ok());
  // One after the other: in one transaction the old password is good for a moment after the connections have ended.
  database_.sql("ALTER ROLE app PASSWORD 'two'");
  database_.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'");
  EXPECT_EQ(say(id).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(loop_.wait(store_->log().history(id, {}, 1)).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(store_->stats().trouble, "the database refuses the credentials");
  database_.sql("ALTER ROLE app PASSWORD 'one'");
  const auto begin = steady_clock::now();
  EXPECT_TRUE(eventually([&] { return say(id).ok() && loop_.wait(store_->log().history(id, {}, 1)).ok(); }));
  EXPECT_LT(steady_clock::now() - begin, seconds(5));
  EXPECT_EQ(store_->stats().trouble, "");
}

// Reads that hang until the pool has no connection left.
TEST_F(PostgresFailure, AnExhaustedPoolRefusesInTimeAndRecoversByItself) {
  PostgresOptions options = database_.options();
  options.pool_size = 2;
  options.wait_limit = util::Millis{300};
  options.statement_timeout = util::Millis{1'000};
  options.lock_timeout = util::Millis{5'000};
  open(options);
  const auto id = room();
  std::thread locker(
      [&] { database_.sql("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(0.8); COMMIT"); });
  EXPECT_TRUE(eventually([&] {
    return database_.sql(
               "SELECT count(*) FROM pg_locks WHERE relation = 'users'::regclass AND granted "
               "AND mode = 'AccessExclusiveLock'") == "1";
  }));
  std::vector<util::Task<chat::Result<std::optional<chat::Account>>>> tasks;
  for (int i = 0; i < 10; ++i) tasks.push_back(store_->accounts().find_by_name("ann"));
  const auto begin = steady_clock::now();
  const auto results = at_once(std::move(tasks));
  EXPECT_LT(steady_clock::now() - begin, seconds(3));
  const auto refused = std::count_if(results.begin(), results.end(), [](const auto& r) { return !r.ok(); });
  EXPECT_EQ(refused, 8);
  for (const auto& result : results) {
    if (!result) {
      EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
    }
  }
  EXPECT_EQ(store_->stats().wait_timeouts, 8U);
  locker.join();
  EXPECT_TRUE(loop_.wait(store_->accounts().find_by_name("ann")).ok());
  EXPECT_TRUE(say(id).ok());
}

TEST_F(PostgresFailure, ASlowReadIsEndedByTheServerAndTheConnectionStays) {
  PostgresOptions options = database_.options();
  options.statement_timeout = util::Millis{200};
  open(options);
  ASSERT_FALSE(loop_.wait(store_->accounts().find_by_name("ann"))->has_value());
  const auto connects = store_->stats().connects;
  std::thread locker(
      [&] { database_.sql("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(0.6); COMMIT"); });
  EXPECT_TRUE(eventually([&] { return !loop_.wait(store_->accounts().find_by_name("ann")).ok(); }));
  locker.join();
  EXPECT_TRUE(loop_.wait(store_->accounts().find_by_name("ann")).ok());
  EXPECT_LE(store_->stats().connects, connects + 4);
}

TEST_F(PostgresFailure, ARoomThatAnotherHoldsRefusesInTime) {
  PostgresOptions options = database_.options();
  options.lock_timeout = util::Millis{300};
  open(options);
  const auto id = room();
  std::thread locker([&] { database_.sql("BEGIN; SELECT 1 FROM rooms FOR UPDATE; SELECT pg_sleep(1); COMMIT"); });
  EXPECT_TRUE(eventually([&] { return !say(id).ok(); }));
  locker.join();
  EXPECT_TRUE(say(id).ok());
  EXPECT_TRUE(problems().empty());
}

TEST_F(PostgresFailure, ClosingTwiceIsOnceAndLaterRequestsAreRefused) {
  open(database_.options());
  const auto id = room();
  store_->close();
  store_->close();
  EXPECT_EQ(say(id).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(loop_.wait(store_->log().find({id, {1}})).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(loop_.wait(store_->log().search({"x", {id}, 1})).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(loop_.wait(store_->ping()).error().code, ErrorCode::kUnavailable);
}

TEST(PostgresTrouble, IsSaidWithoutNamesOfHostsAndUsers) {
  using Kind = Failure::Kind;
  const auto lost = [](std::string message) { return trouble_of({Kind::kConnection, "", std::move(message)}); };
  EXPECT_EQ(lost("connection to server at \"db\" (10.0.0.1), port 5432 failed: Connection refused"),
            "the database cannot be reached");
  EXPECT_EQ(lost("FATAL: password authentication failed for user \"app\""), "the database refuses the credentials");
  EXPECT_EQ(lost("FATAL: database \"chat\" does not exist"), "there is no such database or user");
  EXPECT_EQ(lost("FATAL: sorry, too many clients already"), "the database has no connection left");
  EXPECT_EQ(lost("session is read-only"), "no server of the database accepts writes");
  EXPECT_EQ(lost("FATAL: the database system is starting up"), "the database is starting or stopping");
  EXPECT_EQ(lost("no answer in time"), "the database does not answer");
  EXPECT_EQ(trouble_of({Kind::kTemporary, "53100", "could not extend file \"base/1/2\""}),
            "the database's disk is full");
  EXPECT_EQ(trouble_of({Kind::kTemporary, "57014", "x"}), "the database took too long");
  EXPECT_EQ(trouble_of({Kind::kTemporary, "55P03", "x"}), "rows of the database stay locked");
  EXPECT_EQ(trouble_of({Kind::kTemporary, "XX000", "x"}), "the database reports an error (SQLSTATE XX000)");
}

TEST(PostgresConninfo, IsDescribedWithoutThePassword) {
  EXPECT_EQ(describe_conninfo("postgres://app:secret@db1,db2:5433/chat"), "chat on db1:5432,db2:5433 as app");
  EXPECT_EQ(describe_conninfo(make_conninfo("db", "", "chat", "app", "sec'ret")), "chat on db:5432 as app");
  EXPECT_EQ(describe_conninfo("postgres://ada:secret@"), "ada on the local socket, port 5432 as ada");
  EXPECT_EQ(describe_conninfo("postgres://["), "");
}

TEST_F(PostgresFailure, TheHealthCheckCommits) {
  open(database_.options());
  const auto took = loop_.wait(store_->ping());
  ASSERT_TRUE(took.ok());
  EXPECT_GT(*took, 0);
  EXPECT_NE(database_.sql("SELECT checked_at FROM heartbeat"), "");
}

TEST_F(PostgresFailure, SeqsOfManyRoomsInOneQuestion) {
  open(database_.options());
  const auto a = room("a");
  const auto b = room("b");
  ASSERT_TRUE(say(b).ok());
  const auto seqs = loop_.wait(store_->room_seqs({b, {4711}, a}));
  ASSERT_TRUE(seqs.ok());
  EXPECT_EQ(*seqs, (std::vector<chat::Seq>{{1}, {0}, {0}}));
}

}  // namespace
}  // namespace chillin::storage::postgres
