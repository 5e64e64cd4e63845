#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "storage/postgres/write_op_pq.h"

namespace chillin::storage::postgres {

/// All messages of one batch, stored by one statement. A message whose tempId is in the log, or earlier in the batch,
/// is answered with the first one's id. The batch must hold the locks of the rooms: then nobody else appends to them,
/// and what the statement sees is all there is.
class AppendBatch {
 public:
  AppendBatch();
  void add(WriteOp& op);
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  void send(Pipeline& pipeline);
  /// After the commit: tells every operation its result and adds the events, within a room in the order of their seq.
  /// `rooms`: id and name of the rooms that are there.
  void collect(const Rows& rooms, Pipeline& pipeline, std::vector<chat::RoomEvent>& events);

 private:
  struct Entry {
    WriteOp* op;
    std::string author;
    std::size_t first;  // the entry whose row it shares: itself, unless an earlier one has the same tempId
    std::size_t row;    // in the arrays, from 0
  };
  void collect_one(const Entry& entry, const std::string& room, std::int64_t seq, const Rows& rows, int row,
                   std::vector<chat::RoomEvent>& events);

  std::vector<Entry> entries_;
  std::unordered_map<std::string, std::size_t> by_temp_id_;
  ArrayParam rooms_;
  ArrayParam authors_;
  ArrayParam names_;
  ArrayParam texts_;
  ArrayParam temp_ids_;
  ArrayParam times_;
  ArrayParam replies_;
  ArrayParam threads_;
  ArrayParam attachments_;
  std::size_t statement_ = 0;
};

}  // namespace chillin::storage::postgres
