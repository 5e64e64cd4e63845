#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include "chat/ports/room_log.h"
#include "storage/common/queued_op.h"
#include "storage/sqlite/write_context_sqlite.h"

namespace chillin::storage {

class SearchIndex;
using SearchOp = QueuedOp<SearchIndex>;

/// Full-text search in a database file of its own (search.db), which follows the room log from behind: sends never wait
/// for it. It keeps, per room, the seq up to which it has followed, in the transaction of the entries: after a crash it
/// goes on from there. It holds nothing that the log does not have: a damaged or outdated file is thrown away and built
/// anew. A search first catches up with the rooms it asks for, so it finds everything committed before it. One thread
/// does both.
class SearchIndex {
 public:
  /// `data_dir` holds chillin.db (migrated) and search.db (made if need be).
  [[nodiscard]] static util::Result<std::unique_ptr<SearchIndex>> open(const std::string& data_dir);
  ~SearchIndex() { stop(); }
  SearchIndex(const SearchIndex&) = delete;
  SearchIndex& operator=(const SearchIndex&) = delete;

  void start();
  /// Answers what is queued, then ends the thread. What was not indexed is at the next start.
  void stop();
  /// These rooms have new changes. Thread-safe, does not block.
  void changed(std::span<RoomCounter* const> rooms);
  [[nodiscard]] bool submit(SearchOp& op);
  util::Task<chat::Result<std::vector<chat::Message>>> search(chat::SearchQuery query);

 private:
  using Messages = std::vector<chat::Message>;

  SearchIndex(SqliteConnection log, SqliteConnection index) : log_(std::move(log)), index_(std::move(index)) {}
  void run();
  void answer(std::vector<SearchOp*> ops);
  [[nodiscard]] util::Status<> find_backlog();
  [[nodiscard]] bool catch_up(std::int64_t room);
  /// Follows the log of a room for some rows; `more`: there are more. False on failure: nothing was changed.
  [[nodiscard]] bool follow(std::int64_t room, bool& more);
  [[nodiscard]] bool index_rows(std::int64_t room, std::int64_t from, std::int64_t& to, bool& more);
  [[nodiscard]] bool index_row(std::int64_t document, std::string_view text, bool deleted, bool known);
  void failed(const util::Error& error);
  [[nodiscard]] chat::Result<Messages> find(const chat::SearchQuery& query);
  [[nodiscard]] bool find_in(chat::RoomId room, const std::string& match, std::size_t limit, Messages& out);

  // Confined to: the index thread.
  SqliteConnection log_;            // chillin.db, read only
  SqliteConnection index_;          // search.db
  std::vector<std::int64_t> work_;  // rooms to follow
  bool failing_ = false;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::unordered_set<std::int64_t> changed_;  // guarded by mutex_
  std::vector<SearchOp*> queue_;              // guarded by mutex_
  bool stopping_ = false;                     // guarded by mutex_
  std::mutex stop_mutex_;
  std::thread thread_;
};

}  // namespace chillin::storage
