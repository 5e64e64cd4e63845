#pragma once

#include "redis/script.h"

namespace chillin::presence {

// The steps of presence that must be one. All keys stand under the prefix that is the scripts' first argument:
//
//   presence:<socket>      JSON of one device, TTL 5 min: {"id","user","account","server","rooms","online"}
//   room:members:<room>    set of socket ids
//   room:people:<room>     hash: name -> "<account> <socket>@<server> ..." (account 0: a guest); field "": the version
//   room:order:<room>      sorted set: name by the version at which they came
//   room:changes:<room>    list of the last changes, one a version: "+ <account> <socket> <name>", "- <name>",
//                          "= <socket> <name>" (another device stands for that person now)
//   online:<account>       set of socket ids
//   servers                sorted set: server by its last sign of life (milliseconds, Redis's clock)
//   server:<id>            hash: socket -> the JSON of presence:<socket>, without a time limit; what a dead server
//   leaves
//
// Versions start at the time (microseconds) at which a room gets its first member, so that a room that was empty in
// between never repeats one. The scripts name keys that they compute: for one master (with Sentinels), not for a
// cluster.

// A known version of 0 asks for everybody, one below 0 for nothing but the first three numbers.

/// ARGV: prefix, room, name, account, socket, server, JSON, known version, 1 if a silent server's guest may be
/// replaced. Returns {taken 0/1, first device 0/1, total, version, full 0/1, list...}; a full list holds name, account
/// and device of each person.
extern const redis::Script kJoinScript;
/// ARGV: prefix, room, name, socket, server, JSON ("": the device is gone), known version.
/// Returns {was in 0/1, last device 0/1, total, version, full 0/1, list...}.
extern const redis::Script kLeaveScript;
/// ARGV: prefix, room, known version. Returns {0, 0, total, version, full 0/1, list...}.
extern const redis::Script kSnapshotScript;
/// ARGV: prefix, account, socket, server, JSON, 1: came, 0: went. Returns 1 if it is the first, or was the last.
extern const redis::Script kOnlineScript;
/// ARGV: prefix, server, milliseconds of silence after which another server counts as dead.
/// Returns {known 0/1: it was alive before, dead servers...}.
extern const redis::Script kBeatScript;
/// Removes up to so many devices of a dead server. ARGV: prefix, server, milliseconds of silence, how many.
/// Returns {left over, {room, name, total}...} for each person who has thereby left a room.
extern const redis::Script kReapScript;
/// Puts off the expiry of presence:<socket>, and brings back what is missing. ARGV: prefix, server, sockets...
extern const redis::Script kTouchScript;

}  // namespace chillin::presence
