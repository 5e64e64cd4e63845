#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "util/clock.h"

namespace chillin::storage::postgres {

struct PostgresOptions {
  /// Where the primary is: a libpq connection string or URI. It may name several hosts; the one that accepts writes is
  /// used.
  std::string conninfo;
  /// A read replica for older history and search; empty: none.
  std::string replica_conninfo;

  std::size_t pool_size = 4;          ///< connections for reads, each with its thread
  std::size_t replica_pool_size = 2;  ///< the same, to the replica
  std::size_t max_queued = 100'000;   ///< requests waiting (writes and reads, each); more are refused
  std::size_t max_batch = 2'000;      ///< writes in one transaction
  util::Millis wait_limit{
      3'000};  ///< a request that waited so long for its turn, or for a connection, gets kUnavailable
  util::Millis statement_timeout{5'000};  ///< of a read; the server ends it
  util::Millis lock_timeout{3'000};       ///< of a write that waits for another server's transaction
  /// A write's transaction that has not ended after this is given up with its connection, and then settled. More than
  /// lock_timeout.
  util::Millis commit_timeout{5'000};
  util::Millis connect_timeout{10'000};  ///< for a connection to stand, from the first packet to the last
  util::Millis next_host_after{1'000};   ///< without an answer from one host the next one is tried beside it
  util::Millis max_back_off{1'000};      ///< between two attempts to connect
  /// How long open() goes on trying while the database is away.
  util::Millis open_wait{10'000};
  /// After that it returns all the same, refuses requests and goes on trying by itself.
  bool open_later = false;
  util::Millis index_every{2'000};  ///< changes gather this long before they are indexed for search
};

/// The connection string for the parts that DB_HOST, DB_PORT, ... give; empty parts are left out. `host` and `port` may
/// be comma lists.
[[nodiscard]] std::string make_conninfo(const std::string& host, const std::string& port, const std::string& name,
                                        const std::string& user, const std::string& password);

/// Which database a connection string means, for people, without the password: "chat on db1:5432,db2:5432 as app".
/// Empty: it cannot be understood.
[[nodiscard]] std::string describe_conninfo(const std::string& conninfo);

}  // namespace chillin::storage::postgres
