#include <algorithm>
#include <boost/json.hpp>

#include "storage/common/attachment_json.h"
#include "storage/postgres/message_rows_pq.h"

namespace chillin::storage::postgres {

namespace {

std::optional<util::WallMillis> optional_time(const Rows& rows, int row, int column) {
  if (rows.is_null(row, column)) return std::nullopt;
  return util::WallMillis{rows.integer(row, column)};
}

std::optional<chat::MessageId> optional_message(const Rows& rows, int row, int column, chat::RoomId room) {
  if (rows.is_null(row, column)) return std::nullopt;
  return chat::MessageId{room, chat::Seq{rows.integer(row, column)}};
}

std::vector<chat::Reaction> reactions_from_json(std::string_view text) {
  std::vector<chat::Reaction> out;
  boost::system::error_code failure;
  const boost::json::value value = boost::json::parse(text, failure);
  if (failure || !value.is_array()) return out;
  for (const boost::json::value& each : value.get_array()) {
    const boost::json::array& pair = each.as_array();
    const std::string_view emoji = pair.at(0).as_string();
    const std::string_view user = pair.at(1).as_string();
    auto found = std::find_if(out.begin(), out.end(), [&](const chat::Reaction& r) { return r.emoji == emoji; });
    if (found == out.end()) found = out.insert(found, chat::Reaction{std::string(emoji), {}});
    found->users.emplace_back(user);
  }
  return out;
}

}  // namespace

chat::Message read_row(const Rows& rows, int row, int first, chat::RoomId room, const std::string& room_name) {
  chat::Message message;
  message.id = {room, chat::Seq{rows.integer(row, first)}};
  message.room = room_name;
  message.author_key = rows.string(row, first + 1);
  message.user = rows.string(row, first + 2);
  message.text = rows.string(row, first + 3);
  message.temp_id = rows.string(row, first + 4);
  message.timestamp = {rows.integer(row, first + 5)};
  if (!rows.is_null(row, first + 6)) message.change_seq = chat::Seq{rows.integer(row, first + 6)};
  message.edited_at = optional_time(rows, row, first + 7);
  message.deleted_at = optional_time(rows, row, first + 8);
  message.reply_to = optional_message(rows, row, first + 9, room);
  message.thread_root = optional_message(rows, row, first + 10, room);
  if (!rows.is_null(row, first + 11)) message.attachments = attachments_from_json(rows.text(row, first + 11));
  if (!rows.is_null(row, first + 12)) message.reactions = reactions_from_json(rows.text(row, first + 12));
  return message;
}

}  // namespace chillin::storage::postgres
