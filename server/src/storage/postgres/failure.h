#pragma once

#include <string>
#include <string_view>

#include "chat/error.h"

namespace chillin::storage::postgres {

/// What the server, or the way to it, reported.
struct Failure {
  /// What follows from it.
  enum class Kind {
    kConnection,  ///< the connection is gone, or of no use any more: whether what was sent was done is unknown
    kConflict,    ///< with another transaction (deadlock, serialisation): the same again may succeed at once
    kTemporary,   ///< nothing was done; time may help (full disk, time-out, lock not granted, too many connections)
    kRequest,     ///< the request's own fault (a constraint, a value), or this program's
  };
  Kind kind = Kind::kConnection;
  std::string sqlstate;  ///< five characters; empty where libpq itself speaks
  std::string message;   ///< one line; for the log, not for a person
};

/// The kind that belongs to an SQLSTATE (PostgreSQL's appendix A); empty: kConnection.
[[nodiscard]] Failure::Kind kind_of(std::string_view sqlstate);

/// Nothing that waiting alone could mend: wrong credentials, no such database. libpq has no code for it, only the
/// server's words; in another language than English it is taken for something that passes.
[[nodiscard]] bool is_hopeless(const Failure& failure);

/// What is wrong, for whoever asks for the server's health: names no host, user or statement.
[[nodiscard]] std::string trouble_of(const Failure& failure);

/// libpq's message in one line.
[[nodiscard]] std::string one_line(std::string_view message);

/// The answer to a request that met it: kUnavailable with a time to come back after; for its own faults kInvalidPayload
/// (a value that cannot be stored) or kInternal.
[[nodiscard]] chat::Error refusal_of(const Failure& failure);

/// refusal_of(), logged. For reads.
[[nodiscard]] chat::Error read_failed(std::string_view doing, const Failure& failure);

inline constexpr std::string_view kForeignKeyViolation = "23503";

}  // namespace chillin::storage::postgres
