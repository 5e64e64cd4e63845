#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "util/clock.h"

namespace chillin::chat {

struct AccountId {
  std::int64_t value = 0;
  auto operator<=>(const AccountId&) const = default;
};

/// Never used again after a room is deleted: message ids are made of it.
struct RoomId {
  std::int64_t value = 0;
  auto operator<=>(const RoomId&) const = default;
};

/// Position in a room's log: 1, 2, 3, ... without holes; 0: before the first change.
struct Seq {
  std::int64_t value = 0;
  auto operator<=>(const Seq&) const = default;
};

/// The message that change `seq` of `room` created. On the wire "<room>-<seq>" in decimal, e.g. "12-3041".
struct MessageId {
  RoomId room;
  Seq seq;
  auto operator<=>(const MessageId&) const = default;
  [[nodiscard]] std::string to_string() const;
  /// nullopt for anything that to_string() would not have made.
  [[nodiscard]] static std::optional<MessageId> parse(std::string_view text);
};

/// Who acts: an account, or a guest under a name that no account owns.
struct Identity {
  std::optional<AccountId> account;
  std::string name;  ///< normalised (util::normalize_name)

  [[nodiscard]] bool guest() const noexcept { return !account.has_value(); }
  /// What `(room, author, tempId)` is unique by: "u:<account id>" or "g:<name>".
  [[nodiscard]] std::string author_key() const;
  bool operator==(const Identity&) const = default;
};

/// Rank decides: a higher one may do what a lower one may.
enum class Role : std::uint8_t { kMember = 0, kModerator = 1, kOwner = 2 };

struct Account {
  AccountId id;
  std::string username;
  std::string email;
  std::string avatar;         ///< URL, or empty
  std::string password_hash;  ///< leaves the server never
  util::WallMillis created_at;
  std::string status_text;
};

struct Room {
  RoomId id;
  std::string name;
  std::string description;
  std::string creator;  ///< name of the account or guest
  bool is_private = false;
  std::string password_hash;  ///< empty: none
  std::int64_t member_count = 0;
  util::WallMillis created_at;
  Seq seq;  ///< of the last committed change at the time of reading
};

/// What an account is in a room.
struct Membership {
  Role role = Role::kMember;
  bool banned = false;
  util::WallMillis muted_until;  ///< 0: not muted
  Seq read_seq;                  ///< last seq marked as read
};

struct Reaction {
  std::string emoji;
  std::vector<std::string> users;  ///< names, in the order in which they reacted
  bool operator==(const Reaction&) const = default;
};

/// A file that a message carries; made by an upload.
struct Attachment {
  std::string id;
  std::string name;
  std::string content_type;
  std::int64_t size = 0;  ///< bytes
  std::string url;
  bool operator==(const Attachment&) const = default;
};

/// A message as it is now.
struct Message {
  MessageId id;
  std::string room;  ///< room name
  std::string author_key;
  std::string user;  ///< name shown
  std::string text;  ///< empty once deleted
  util::WallMillis timestamp;
  std::optional<Seq> change_seq;  ///< of the last change, where that is not the creation
  std::optional<util::WallMillis> edited_at;
  std::optional<util::WallMillis> deleted_at;
  std::optional<MessageId> reply_to;
  std::optional<MessageId> thread_root;
  std::vector<Reaction> reactions;
  std::vector<Attachment> attachments;
  std::string temp_id;  ///< told to its author only; empty: none

  /// Where it stands in `sync`.
  [[nodiscard]] Seq last_change() const noexcept { return change_seq.value_or(id.seq); }
  bool operator==(const Message&) const = default;
};

}  // namespace chillin::chat
