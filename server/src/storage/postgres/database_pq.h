#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <unordered_map>
#include <utility>

#include "chat/types.h"
#include "storage/postgres/pool_pq.h"
#include "storage/postgres/search_index_pq.h"
#include "storage/postgres/writer_pq.h"

namespace chillin::storage::postgres {

/// The newest seq of a room that this server has told anybody of: a replica that is behind it would take back what
/// people have seen. Thread-safe.
class SeenSeqs {
 public:
  void saw(std::span<const chat::RoomEvent> events);
  void saw(chat::RoomId room, chat::Seq seq);
  [[nodiscard]] chat::Seq of(chat::RoomId room) const;

 private:
  // Past that many rooms it begins anew: what is not known is read from the primary.
  static constexpr std::size_t kMaxRooms = 200'000;
  void keep(std::int64_t room, std::int64_t seq);

  mutable std::mutex mutex_;
  std::unordered_map<std::int64_t, std::int64_t> seqs_;  // guarded by mutex_
};

/// The threads that the room log and the stores share.
struct Database final : CommitObserver {
  void on_commit(std::span<const chat::RoomEvent> events) override;
  void on_reconnect(const std::string& where) override;

  SeenSeqs seen;
  std::unique_ptr<SearchIndex> search;
  std::unique_ptr<Pool> readers;
  std::unique_ptr<Pool> replica;  ///< null: there is none
  std::unique_ptr<Writer> writer;
};

}  // namespace chillin::storage::postgres
