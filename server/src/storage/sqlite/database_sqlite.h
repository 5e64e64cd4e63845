#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "chat/types.h"
#include "storage/sqlite/checkpointer_sqlite.h"
#include "storage/sqlite/history_cache.h"
#include "storage/sqlite/lookup_cache.h"
#include "storage/sqlite/name_filter.h"
#include "storage/sqlite/reader_pool_sqlite.h"
#include "storage/sqlite/search_index_sqlite.h"
#include "storage/sqlite/writer_sqlite.h"

namespace chillin::storage {

/// A pair of ids as a key: a membership.
struct MemberKey {
  std::int64_t room = 0;
  std::int64_t account = 0;
  bool operator==(const MemberKey&) const = default;
};

}  // namespace chillin::storage

template <>
struct std::hash<chillin::storage::MemberKey> {
  std::size_t operator()(const chillin::storage::MemberKey& key) const noexcept {
    return std::hash<std::int64_t>()(key.room * 0x9E3779B97F4A7C15 ^ key.account);
  }
};

namespace chillin::storage {

/// A session as the cache keeps it.
struct LiveSession {
  std::int64_t account = 0;
  std::int64_t last_used_at = 0;
  std::int64_t expires_at = 0;
};

/// The seq of every room that changed since the start, as of the last commit. Thread-safe.
class RoomSeqs {
 public:
  void set(std::span<RoomCounter* const> rooms);
  /// The newer of `seq` and what is known here.
  [[nodiscard]] chat::Seq newest(chat::RoomId room, chat::Seq seq) const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::int64_t, std::int64_t> seqs_;  // guarded by mutex_
};

/// The threads and caches that the room log and the stores share.
struct Database final : CommitObserver {
  Database(SqliteConnection writing, SqliteConnection checkpointing, std::vector<SqliteConnection> reading,
           std::unique_ptr<SearchIndex> search_index, const WriterOptions& writer_options, int wal_pages,
           std::size_t history_bytes);

  void on_commit(std::span<const chat::RoomEvent> events, std::span<RoomCounter* const> rooms) override;

  HistoryCache history;
  RoomSeqs room_seqs;
  NameFilter account_names;  ///< filled at open
  LookupCache<std::string, std::optional<chat::Account>> accounts_by_name{50'000};
  LookupCache<std::int64_t, chat::Account> accounts_by_id{50'000};
  LookupCache<std::string, LiveSession> sessions{100'000};  // by SHA-256 of the token
  LookupCache<std::string, std::optional<chat::Room>> rooms_by_name{50'000};
  LookupCache<std::int64_t, chat::Room> rooms_by_id{50'000};
  LookupCache<MemberKey, std::optional<chat::Membership>> memberships{200'000};

  std::unique_ptr<SearchIndex> search;
  Checkpointer checkpointer;
  Writer writer;
  ReaderPool readers;
};

}  // namespace chillin::storage
