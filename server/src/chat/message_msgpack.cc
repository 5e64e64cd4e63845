#include "chat/message_msgpack.h"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "util/text.h"

namespace chillin::chat {

namespace {

using util::MsgpackReader;
using util::MsgpackWriter;

constexpr std::size_t kFields = 15;

void put(MsgpackWriter& w, std::optional<std::int64_t> value) {
  if (value) {
    w.integer(*value);
  } else {
    w.nil();
  }
}

/// Reads field by field; after the first that is not what it must be, all are empty.
class Fields {
 public:
  explicit Fields(MsgpackReader& reader) : reader_(reader) {}

  std::string text() {
    const auto value = reader_.text();
    ok_ = ok_ && value.has_value() && util::is_utf8(*value);
    return ok_ ? std::string(*value) : std::string();
  }
  std::int64_t integer() {
    const auto value = reader_.integer();
    ok_ = ok_ && value.has_value();
    return ok_ ? *value : 0;
  }
  std::optional<std::int64_t> optional_integer() {
    const auto value = reader_.next();
    ok_ = ok_ && value && (value->type == MsgpackReader::Type::kNil || value->type == MsgpackReader::Type::kInteger);
    if (!ok_ || value->type == MsgpackReader::Type::kNil) return std::nullopt;
    return value->integer;
  }
  /// How many values follow; at least `least`.
  std::size_t array(std::size_t least = 0) {
    const auto size = reader_.array();
    ok_ = ok_ && size && *size >= least;
    return ok_ ? *size : 0;
  }
  void skip(std::size_t n) {
    while (ok_ && n-- > 0) ok_ = reader_.skip();
  }
  [[nodiscard]] bool ok() const noexcept { return ok_; }

 private:
  MsgpackReader& reader_;
  bool ok_ = true;
};

}  // namespace

void append_msgpack(std::string& out, const Message& m) {
  MsgpackWriter w(out);
  const auto seq_of = [](const std::optional<MessageId>& id) {
    return id ? std::optional(id->seq.value) : std::nullopt;
  };
  const auto time_of = [](const std::optional<util::WallMillis>& t) {
    return t ? std::optional(t->value) : std::nullopt;
  };
  w.array(kFields).integer(m.id.room.value).integer(m.id.seq.value).text(m.room).text(m.author_key).text(m.user);
  w.text(m.text).integer(m.timestamp.value);
  put(w, m.change_seq ? std::optional(m.change_seq->value) : std::nullopt);
  put(w, time_of(m.edited_at));
  put(w, time_of(m.deleted_at));
  put(w, seq_of(m.reply_to));  // of the same room
  put(w, seq_of(m.thread_root));
  w.array(m.reactions.size());
  for (const Reaction& reaction : m.reactions) {
    w.array(reaction.users.size() + 1).text(reaction.emoji);
    for (const std::string& user : reaction.users) w.text(user);
  }
  w.array(m.attachments.size());
  for (const Attachment& a : m.attachments) {
    w.array(5).text(a.id).text(a.name).text(a.content_type).integer(a.size).text(a.url);
  }
  w.text(m.temp_id);
}

std::optional<Message> read_message(MsgpackReader& reader) {
  Fields f(reader);
  Message m;
  const std::size_t fields = f.array(kFields);
  m.id.room.value = f.integer();
  m.id.seq.value = f.integer();
  m.room = f.text();
  m.author_key = f.text();
  m.user = f.text();
  m.text = f.text();
  m.timestamp.value = f.integer();
  if (const auto seq = f.optional_integer()) m.change_seq = Seq{*seq};
  if (const auto at = f.optional_integer()) m.edited_at = util::WallMillis{*at};
  if (const auto at = f.optional_integer()) m.deleted_at = util::WallMillis{*at};
  if (const auto seq = f.optional_integer()) m.reply_to = MessageId{m.id.room, Seq{*seq}};
  if (const auto seq = f.optional_integer()) m.thread_root = MessageId{m.id.room, Seq{*seq}};
  for (std::size_t n = f.array(); n > 0 && f.ok(); --n) {
    Reaction& reaction = m.reactions.emplace_back();
    std::size_t parts = f.array(1);
    reaction.emoji = f.text();
    while (f.ok() && --parts > 0) reaction.users.push_back(f.text());
  }
  for (std::size_t n = f.array(); n > 0 && f.ok(); --n) {
    Attachment& a = m.attachments.emplace_back();
    const std::size_t parts = f.array(5);
    a.id = f.text();
    a.name = f.text();
    a.content_type = f.text();
    a.size = f.integer();
    a.url = f.text();
    f.skip(parts - (f.ok() ? 5 : parts));
  }
  m.temp_id = f.text();
  if (f.ok()) f.skip(fields - kFields);
  if (!f.ok()) return std::nullopt;
  return m;
}

}  // namespace chillin::chat
