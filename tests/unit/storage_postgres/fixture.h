#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "storage/postgres/postgres_storage.h"
#include "support/postgres_server.h"
#include "util/manual_executor.h"

namespace chillin::storage::postgres {

/// A database of its own on a server.
class TestDatabase {
 public:
  explicit TestDatabase(test::PostgresServer& server = test::PostgresServer::shared())
      : server_(server), name_(server.make_database()) {}
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;
  ~TestDatabase() { server_.drop_database(name_); }

  [[nodiscard]] test::PostgresServer& server() const { return server_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] PostgresOptions options() const {
    PostgresOptions options;
    options.conninfo = server_.conninfo(name_);
    return options;
  }
  std::string sql(const std::string& statements) const { return server_.sql(statements, name_); }

 private:
  test::PostgresServer& server_;
  std::string name_;
};

/// Keeps what it is told. Thread-safe.
class Recorder final : public chat::RoomLogListener {
 public:
  void on_committed(std::span<const chat::RoomEvent> events) override {
    std::lock_guard lock(mutex_);
    events_.insert(events_.end(), events.begin(), events.end());
  }
  [[nodiscard]] std::vector<chat::RoomEvent> events() const {
    std::lock_guard lock(mutex_);
    return events_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<chat::RoomEvent> events_;
};

inline chat::NewMessage message(chat::RoomId room, std::string text, std::string temp_id = "") {
  return {room, "", {std::nullopt, "ann"}, std::move(text), std::move(temp_id), {1}, {}, {}, {}};
}

/// Waits until `done()` holds, at most 20 s.
template <class Predicate>
[[nodiscard]] bool eventually(Predicate done) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

/// Base of the tests: a storage on `options`, and shorthands.
class StorageFixture : public testing::Test {
 protected:
  void open(const PostgresOptions& options) {
    store_.reset();
    auto opened = PostgresStorage::open(options);
    ASSERT_TRUE(opened.ok()) << opened.error().detail;
    store_ = std::move(*opened);
    store_->log().set_listener(&recorder_);
  }
  chat::RoomId room(const std::string& name = "den") {
    auto found = loop_.wait(store_->rooms().find(name));
    if (found && *found) return (*found)->id;
    auto made = loop_.wait(store_->rooms().create({name, "", {std::nullopt, "ann"}, false, "", {1}}));
    return made ? made->id : chat::RoomId{};
  }
  chat::Result<chat::Appended> say(chat::RoomId id, std::string text = "hello", std::string temp_id = "") {
    return loop_.wait(store_->log().append(message(id, std::move(text), std::move(temp_id))));
  }
  /// Starts all at once, so that they share commits; the results in order.
  template <class T>
  std::vector<chat::Result<T>> at_once(std::vector<util::Task<chat::Result<T>>> tasks) {
    std::vector<std::optional<chat::Result<T>>> out(tasks.size());
    std::size_t left = tasks.size();
    auto run = [](util::Task<chat::Result<T>> task, std::optional<chat::Result<T>>& result,
                  std::size_t& count) -> util::Task<void> {
      result.emplace(co_await std::move(task));
      --count;
    };
    loop_.post([&] {
      for (std::size_t i = 0; i < tasks.size(); ++i) util::spawn(run(std::move(tasks[i]), out[i], left));
    });
    loop_.run_until([&] { return left == 0; });
    std::vector<chat::Result<T>> results;
    for (auto& each : out) results.push_back(std::move(*each));
    return results;
  }
  std::vector<std::string> problems() {
    auto found = loop_.wait(store_->verify());
    return found ? *found : std::vector<std::string>{"verify() was refused"};
  }
  std::size_t rows(chat::RoomId id) {
    auto page = loop_.wait(store_->log().history(id, {}, 500));
    return page ? page->messages.size() : 0;
  }

  util::ManualExecutor loop_;
  Recorder recorder_;
  std::unique_ptr<PostgresStorage> store_;
};

}  // namespace chillin::storage::postgres
