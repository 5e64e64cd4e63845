#include "storage/sqlite/database_sqlite.h"

namespace chillin::storage {

void RoomSeqs::set(std::span<RoomCounter* const> rooms) {
  std::lock_guard lock(mutex_);
  for (const RoomCounter* room : rooms) seqs_[room->id.value] = room->seq.value;
}

chat::Seq RoomSeqs::newest(chat::RoomId room, chat::Seq seq) const {
  std::lock_guard lock(mutex_);
  const auto found = seqs_.find(room.value);
  return found == seqs_.end() ? seq : std::max(seq, chat::Seq{found->second});
}

Database::Database(SqliteConnection writing, SqliteConnection checkpointing, std::vector<SqliteConnection> reading,
                   std::unique_ptr<SearchIndex> search_index, const WriterOptions& writer_options, int wal_pages,
                   std::size_t history_bytes)
    : history(history_bytes),
      search(std::move(search_index)),
      checkpointer(std::move(checkpointing), wal_pages),
      writer(std::move(writing), checkpointer, *this, writer_options),
      readers(std::move(reading), writer_options.max_queued) {}

void Database::on_commit(std::span<const chat::RoomEvent> events, std::span<RoomCounter* const> rooms) {
  if (rooms.empty()) return;
  room_seqs.set(rooms);
  history.apply(events);
  search->changed(rooms);
}

}  // namespace chillin::storage
