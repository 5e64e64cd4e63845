#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "chat/ports/room_log.h"
#include "chat/ports/stores.h"
#include "chat/ports/upload_store.h"
#include "util/manual_executor.h"

namespace chillin::contract {

/// One implementation of the storage ports on data of its own. reopen() keeps the data.
class StorageUnderTest {
 public:
  virtual ~StorageUnderTest() = default;
  virtual chat::AccountStore& accounts() = 0;
  virtual chat::SessionStore& sessions() = 0;
  virtual chat::RoomStore& rooms() = 0;
  virtual chat::UploadStore& uploads() = 0;
  virtual chat::RoomLog& log() = 0;
  virtual void reopen() = 0;
  /// What verify() finds; empty: all is well.
  virtual std::vector<std::string> problems(util::ManualExecutor& loop) = 0;
};

/// An implementation to run the suites on.
struct StorageKind {
  std::string name;
  std::function<std::unique_ptr<StorageUnderTest>()> make;
};
inline void PrintTo(const StorageKind& kind, std::ostream* out) {
  *out << kind.name;
}  // NOLINT: a name of GoogleTest
[[nodiscard]] std::vector<StorageKind> storage_kinds();
inline std::string kind_name(const testing::TestParamInfo<StorageKind>& info) {
  return info.param.name;
}

/// Keeps what it is told. Thread-safe.
class RecordingListener final : public chat::RoomLogListener {
 public:
  void on_committed(std::span<const chat::RoomEvent> events) override {
    std::lock_guard lock(mutex_);
    events_.insert(events_.end(), events.begin(), events.end());
  }
  [[nodiscard]] std::vector<chat::RoomEvent> of(chat::RoomId room) const {
    std::lock_guard lock(mutex_);
    std::vector<chat::RoomEvent> out;
    for (const auto& event : events_) {
      if (event.message.id.room == room) out.push_back(event);
    }
    return out;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<chat::RoomEvent> events_;
};

/// An executor with a thread of its own: what a loop is to storage.
class ThreadExecutor {
 public:
  ThreadExecutor() : thread_([this] { loop_.run_until([this] { return stop_.load(); }); }) {}
  ~ThreadExecutor() {
    loop_.post([this] { stop_ = true; });
    thread_.join();
  }
  [[nodiscard]] util::Executor& executor() noexcept { return loop_; }

 private:
  util::ManualExecutor loop_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

/// Base of the suites: a storage, a loop to wait on, and shorthands.
class StorageTest : public testing::TestWithParam<StorageKind> {
 protected:
  StorageTest() : storage_(GetParam().make()) { storage_->log().set_listener(&listener_); }

  template <class T>
  T wait(util::Task<T> task) {
    return loop_.wait(std::move(task));
  }
  /// The value of a task that must succeed.
  template <class T>
  T ok(util::Task<chat::Result<T>> task) {
    auto result = loop_.wait(std::move(task));
    if (!result) throw std::runtime_error("refused: " + std::string(chat::code_name(result.error().code)));
    return std::move(result).value();
  }
  /// The refusal of a task that must fail.
  template <class T>
  chat::ErrorCode refusal(util::Task<chat::Result<T>> task) {
    auto result = loop_.wait(std::move(task));
    if (result) throw std::runtime_error("not refused");
    return result.error().code;
  }

  chat::AccountStore& accounts() { return storage_->accounts(); }
  chat::SessionStore& sessions() { return storage_->sessions(); }
  chat::RoomStore& rooms() { return storage_->rooms(); }
  chat::UploadStore& uploads() { return storage_->uploads(); }
  chat::RoomLog& log() { return storage_->log(); }
  /// After all events of what was acknowledged have arrived: a listener hears after the acknowledgement.
  std::vector<chat::RoomEvent> events(chat::RoomId room, std::size_t count);

  chat::Account make_account(const std::string& name);
  chat::Room make_room(const std::string& name);
  chat::Room fresh_room() { return make_room("room-" + std::to_string(++rooms_made_)); }
  static chat::NewMessage message(const chat::Room& room, std::string author, std::string text,
                                  std::string temp_id = "");
  chat::MessageId say(const chat::Room& room, const std::string& author, const std::string& text) {
    return ok(log().append(message(room, author, text))).id;
  }
  chat::Changed edit(chat::MessageId id, const std::string& text) {
    return ok(log().change(change(id, chat::ChangeKind::kEdited, "ann", text)));
  }
  chat::Changed remove(chat::MessageId id) { return ok(log().change(change(id, chat::ChangeKind::kDeleted, "ann"))); }
  chat::Changed react(chat::MessageId id, const std::string& who, const std::string& emoji, bool on = true) {
    return ok(log().change(change(id, chat::ChangeKind::kReaction, who, "", emoji, on)));
  }
  static chat::NewChange change(chat::MessageId id, chat::ChangeKind kind, std::string who, std::string text = "",
                                std::string emoji = "", bool on = true) {
    return {id, kind, chat::Identity{std::nullopt, std::move(who)}, {2'000}, std::move(text), std::move(emoji), on};
  }

  util::ManualExecutor loop_;
  RecordingListener listener_;
  std::unique_ptr<StorageUnderTest> storage_;
  int rooms_made_ = 0;
};

}  // namespace chillin::contract
