#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include "chat/ports/room_log.h"
#include "storage/postgres/connector_pq.h"

namespace chillin::storage::postgres {

/// Keeps `message_search` up with the room log, from behind: a thread with a connection of its own follows the rooms
/// that this server has written to, and those that a server which is no more has left behind. A search first follows
/// the rooms it asks for itself, so it finds everything that was committed before it. A room's row in `search_progress`
/// is locked while one follows it.
class SearchIndex {
 public:
  [[nodiscard]] static util::Result<std::unique_ptr<SearchIndex>> make(const PostgresOptions& options);
  ~SearchIndex() { stop(); }
  SearchIndex(const SearchIndex&) = delete;
  SearchIndex& operator=(const SearchIndex&) = delete;

  void start();
  /// What was not indexed is later, by whichever server.
  void stop();
  /// These rooms have new changes. Thread-safe, does not block.
  void changed(std::span<const chat::RoomEvent> events);
  /// Its connection is not trusted any more (Pool::renew()). Thread-safe.
  void renew(std::string where);
  /// Follows the log of these rooms to its end. On a thread of the pool, with its connection.
  [[nodiscard]] chat::Result<util::Ok> catch_up(PgConnection& db, const std::vector<chat::RoomId>& rooms);

 private:
  explicit SearchIndex(const PostgresOptions& options) : options_(options) {}
  void run();
  void pass(std::vector<std::int64_t> rooms);
  [[nodiscard]] bool stopping() const;
  [[nodiscard]] bool go_on() const;

  const PostgresOptions options_;
  WaitHook hook_;
  std::unique_ptr<Connector> connector_;
  PgConnection db_;  // confined to: the index thread

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::unordered_set<std::int64_t> changed_;  // guarded by mutex_
  bool stopping_ = false;                     // guarded by mutex_
  bool renew_ = false;                        // guarded by mutex_
  std::string where_;                         // guarded by mutex_; the server to try first
  std::mutex stop_mutex_;
  std::thread thread_;
};

/// What RoomLog::search() finds in the index as it is. One statement.
[[nodiscard]] chat::Result<std::vector<chat::Message>> find_messages(PgConnection& db, const chat::SearchQuery& query);

}  // namespace chillin::storage::postgres
