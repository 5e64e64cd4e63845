#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/types.h"

namespace chillin::gateway {

/// A message's JSON, rendered once and shared by the feeds of all loops. `json` is without tempId, which is for its
/// author.
struct Rendered {
  std::string json;
  std::string author_key;
  std::string temp_id;
};

/// A message of a feed.
struct RenderedMessage {
  chat::Seq seq;  ///< of the message's creation
  std::shared_ptr<const Rendered> rendered;
};

/// One committed change as a feed sees it.
struct FeedEvent {
  chat::Seq seq;            ///< of the change
  RenderedMessage message;  ///< as it is after the change
};

/// One room as far as one loop has delivered it: the newest messages and the seq they stand at. A newcomer that is
/// entered in the same turn in which it gets `history_json()` misses nothing and gets nothing twice, because both the
/// feed and the pushes advance in that loop, by the same posted batch. It is also why the thousandth join of a room
/// reads no database.
///
/// Life: kLoading (events are kept aside) -> loaded() -> kLive (events advance it). A hole in the seqs sends it back to
/// kLoading, and its owner reads the snapshot again.
///
/// Pure: no clock, no I/O. Confined to: the loop whose RoomFeeds owns it.
class RoomFeed {
 public:
  explicit RoomFeed(std::size_t capacity) : capacity_(capacity) {}

  enum class Applied { kApplied, kOld, kKept, kHole };

  /// Old ones (seq already reached) are dropped; while loading they are kept for loaded().
  Applied apply(const FeedEvent& event);

  /// The snapshot: `messages` oldest first, standing at `seq`; `has_more`: older ones exist. False if what was kept
  /// aside does not join on to it: read again.
  bool loaded(std::vector<RenderedMessage> messages, chat::Seq seq, bool has_more);

  [[nodiscard]] bool live() const noexcept { return live_; }
  [[nodiscard]] chat::Seq seq() const noexcept { return seq_; }
  [[nodiscard]] bool has_more() const noexcept { return has_more_; }

  /// Appends the JSON array of the messages, oldest first; those of `reader` (an author key) with their tempId.
  void append_history_json(std::string& out, std::string_view reader) const;

 private:
  void advance(const FeedEvent& event);

  std::size_t capacity_;
  bool live_ = false;
  bool has_more_ = false;
  chat::Seq seq_;
  std::deque<RenderedMessage> messages_;
  std::vector<FeedEvent> kept_;
};

}  // namespace chillin::gateway
