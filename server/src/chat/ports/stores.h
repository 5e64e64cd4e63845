#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chat/error.h"
#include "chat/types.h"
#include "util/task.h"

namespace chillin::chat {

// All stores: thread-safe; tasks resume on the caller's executor; kUnavailable when the database is away.

struct NewAccount {
  std::string username;  ///< normalised
  std::string email;
  std::string avatar;
  std::string password_hash;
  util::WallMillis created_at;
};

/// nullopt: leave as it is.
struct AccountUpdate {
  std::optional<std::string> email;
  std::optional<std::string> avatar;
  std::optional<std::string> password_hash;
  std::optional<std::string> status_text;
};

class AccountStore {
 public:
  virtual ~AccountStore() = default;
  /// kNameTaken if there is one of that name.
  virtual util::Task<Result<Account>> create(NewAccount account) = 0;
  virtual util::Task<Result<std::optional<Account>>> find_by_name(std::string username) = 0;
  virtual util::Task<Result<Account>> update(AccountId id, AccountUpdate update) = 0;
};

/// Sessions of 256 random bits; the store keeps their SHA-256 only.
class SessionStore {
 public:
  virtual ~SessionStore() = default;
  /// Returns the token (43 characters, base64url).
  virtual util::Task<Result<std::string>> create(AccountId account, util::WallMillis now) = 0;
  /// The account of a live session and, when it is older than an hour since its last use, a new 24 h from `now`;
  /// nullopt for an unknown, expired or revoked token.
  virtual util::Task<Result<std::optional<Account>>> find(std::string token, util::WallMillis now) = 0;
  virtual util::Task<Status> revoke(std::string token) = 0;
  /// All sessions of an account but `except_token` (empty: all), after a change of password.
  virtual util::Task<Status> revoke_all(AccountId account, std::string except_token) = 0;
};

struct NewRoom {
  std::string name;  ///< normalised
  std::string description;
  Identity creator;
  bool is_private = false;
  std::string password_hash;
  util::WallMillis created_at;
};

class RoomStore {
 public:
  virtual ~RoomStore() = default;
  /// kNameTaken if there is one. An account that creates a room becomes its owner and first member.
  virtual util::Task<Result<Room>> create(NewRoom room) = 0;
  virtual util::Task<Result<std::optional<Room>>> find(std::string name) = 0;
  virtual util::Task<Result<std::optional<Room>>> find(RoomId id) = 0;
  /// Every room, by name; at most 10,000.
  virtual util::Task<Result<std::vector<Room>>> list() = 0;
  /// Rooms the account is a member of, with what it is there.
  struct Joined {
    Room room;
    Membership membership;
  };
  virtual util::Task<Result<std::vector<Joined>>> list_of(AccountId account) = 0;

  virtual util::Task<Result<std::optional<Membership>>> membership(RoomId room, AccountId account) = 0;
  /// Makes the account a member; one that is keeps what it is. Returns what it is now.
  virtual util::Task<Result<Membership>> add_member(RoomId room, AccountId account, util::WallMillis now) = 0;
  virtual util::Task<Status> remove_member(RoomId room, AccountId account) = 0;
  virtual util::Task<Status> set_membership(RoomId room, AccountId account, Membership membership) = 0;
  virtual util::Task<Status> update_password_hash(RoomId room, std::string hash) = 0;
  /// Moves the read mark forward, never back; returns where it stands.
  virtual util::Task<Result<Seq>> mark_read(RoomId room, AccountId account, Seq seq) = 0;
};

}  // namespace chillin::chat
