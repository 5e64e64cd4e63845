#pragma once

#include "redis/script.h"

namespace chillin::cache {

// The steps on cached values that must be one. The first argument of each is the prefix of all keys.
//
//   session:<id>                 "<account> <verified> <JSON>", or "-" for one that was ended; id: SHA-256 of the
//   token, hex user:session:<username>      id of the session that the account used last session:distrusted:<account>
//   until when what was verified counts no more (a change of the account or of its sessions) cache:rooms:list
//   MessagePack, see room_list_cache.cc cache:rooms:lease            who reads the list from the database now, to be
//   the one who puts it here
//
// Times are Redis's own, in milliseconds: servers' clocks differ.

/// ARGV: prefix, id, milliseconds for which a verified session is trusted. Returns {now, "" unknown / "-" ended /
/// value, 1 trusted / 0 to be verified again}; it begins its 24 h anew.
extern const redis::Script kFindSession;
/// ARGV: prefix, id, account, when it was verified, JSON, username. Does nothing for a session that was ended, or where
/// something has changed since.
extern const redis::Script kKeepSession;
/// ARGV: prefix, id.
extern const redis::Script kEndSession;
/// ARGV: prefix, account.
extern const redis::Script kDistrustAccount;

/// ARGV: prefix, lease. Returns the list, or nil; then the caller has the lease.
extern const redis::Script kFindRoomList;
/// ARGV: prefix, lease, value. Does nothing for one who has lost the lease.
extern const redis::Script kKeepRoomList;
/// ARGV: prefix.
extern const redis::Script kDropRoomList;

}  // namespace chillin::cache
