#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "chat/ports/delivery.h"

namespace chillin::test {

/// One push and where it went: "room:<name>", "socket:<id>", "person:<key>" or "all".
struct Pushed {
  std::string to;
  chat::Push push;
  std::string except;
};

/// Keeps what would be sent. Thread-safe.
class RecordingDelivery final : public chat::Delivery {
 public:
  void room_events(std::span<const chat::RoomEvent> events) override {
    const std::lock_guard lock(mutex_);
    events_.insert(events_.end(), events.begin(), events.end());
    changed_.notify_all();
  }
  void to_room(const std::string& room, const chat::Push& push, const std::string& except_socket) override {
    add({"room:" + room, push, except_socket});
  }
  void to_socket(const std::string& socket_id, const chat::Push& push) override {
    add({"socket:" + socket_id, push, {}});
  }
  void to_person(const std::string& key, const chat::Push& push) override { add({"person:" + key, push, {}}); }
  void to_all(const chat::Push& push) override { add({"all", push, {}}); }

  /// Everything pushed since the last call.
  std::vector<Pushed> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(pushed_, {});
  }
  /// Pushes of one kind since the last take(); the others stay.
  template <class P>
  std::vector<std::pair<Pushed, P>> of() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::pair<Pushed, P>> found;
    for (const Pushed& p : pushed_) {
      if (const P* push = std::get_if<P>(&p.push)) found.emplace_back(p, *push);
    }
    return found;
  }
  /// Texts of the notices since the last take().
  std::vector<std::string> notices() const {
    std::vector<std::string> texts;
    for (auto& [where, notice] : of<chat::Notice>()) texts.push_back(notice.text);
    return texts;
  }
  /// The first `n` room events; waits for them, because they come from the log's thread.
  std::vector<chat::RoomEvent> wait_for_events(std::size_t n) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return events_.size() >= n; });
    return events_;
  }

 private:
  void add(Pushed pushed) {
    const std::lock_guard lock(mutex_);
    pushed_.push_back(std::move(pushed));
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Pushed> pushed_;
  std::vector<chat::RoomEvent> events_;
};

}  // namespace chillin::test
