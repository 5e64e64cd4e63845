#include "chat/catch_up.h"

#include <algorithm>
#include <map>
#include <utility>

namespace chillin::chat {

namespace {

constexpr std::size_t kPage = 500;

/// The message as an event that creates it tells it: a client takes its place in the log from `changeSeq` too, and
/// would pass over what lies between.
RoomEvent created(const Message& row) {
  RoomEvent event{.kind = ChangeKind::kCreated, .seq = row.id.seq, .message = row, .actor = {std::nullopt, row.user}};
  event.message.change_seq.reset();
  return event;
}

RoomEvent changed(const Message& row, Seq seq) {
  RoomEvent event{.kind = ChangeKind::kReaction, .seq = seq, .message = row, .actor = {std::nullopt, row.user}};
  if (row.edited_at) event.kind = ChangeKind::kEdited;
  if (row.deleted_at) event.kind = ChangeKind::kDeleted;
  return event;
}

}  // namespace

std::vector<RoomEvent> events_between(Seq last, Seq upto, const std::vector<Message>& rows) {
  std::map<std::int64_t, const Message*> by_creation;
  for (const Message& row : rows) by_creation.emplace(row.id.seq.value, &row);
  std::vector<RoomEvent> events;
  auto next = rows.begin();
  for (Seq seq{last.value + 1}; seq <= upto; ++seq.value) {
    while (next != rows.end() && next->last_change() < seq) ++next;
    if (const auto it = by_creation.find(seq.value); it != by_creation.end()) {
      events.push_back(created(*it->second));
      continue;
    }
    // A change. If a later one of the same message has taken its place, nobody knows any more which message it was; but
    // it was one that was there already and has changed since, and any such one will do.
    const auto row = std::find_if(next, rows.end(), [seq](const Message& m) { return m.id.seq < seq; });
    if (row != rows.end()) events.push_back(changed(*row, seq));
  }
  return events;
}

util::Task<Result<CatchUp>> catch_up(RoomLog& log, RoomId room, Seq last, std::size_t max_changes) {
  // A message may change again while the pages are read: then the later page has it as it is.
  std::map<std::int64_t, Message> by_creation;
  CatchUp out{.events = {}, .seq = last};
  for (bool more = true; more;) {
    auto page = co_await log.sync(room, out.seq, kPage);
    if (!page) co_return std::move(page).error();
    more = page->has_more;
    if (more && page->changes.empty()) co_return refuse(ErrorCode::kInternal);
    out.seq = page->seq;
    for (Message& message : page->changes) by_creation.insert_or_assign(message.id.seq.value, std::move(message));
    if (by_creation.size() < max_changes || !more) continue;
    // Too much to tell: only where it ends.
    auto newest = co_await log.history(room, std::nullopt, 1);
    if (!newest) co_return std::move(newest).error();
    auto end = co_await log.sync(room, Seq{newest->seq.value - 1}, kPage);
    if (!end) co_return std::move(end).error();
    out.seq = end->seq;
    out.complete = false;
    if (!end->changes.empty()) {
      const Message& row = end->changes.back();
      out.events.push_back(row.change_seq ? changed(row, row.last_change()) : created(row));
    }
    co_return out;
  }
  std::vector<Message> rows;
  rows.reserve(by_creation.size());
  for (auto& [seq, message] : by_creation) rows.push_back(std::move(message));
  std::sort(rows.begin(), rows.end(),
            [](const Message& a, const Message& b) { return a.last_change() < b.last_change(); });
  out.events = events_between(last, out.seq, rows);
  co_return out;
}

}  // namespace chillin::chat
