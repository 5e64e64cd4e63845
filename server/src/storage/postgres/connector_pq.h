#pragma once

#include <string>
#include <utility>
#include <vector>

#include "storage/postgres/connection_pq.h"
#include "storage/postgres/postgres_options.h"

namespace chillin::storage::postgres {

/// Makes connections to the host that does what is wanted. The hosts of the connection string are tried in turn, one
/// `next_host_after` after the other and then side by side, so that neither a host that hangs nor a slow way to the
/// right one delays the rest. The host that was right last time is tried first. Confined to: one thread at a time.
class Connector {
 public:
  enum class Wants {
    kPrimary,  ///< a server that accepts writes
    kAny,      ///< a replica, or whatever stands behind the replica's name
  };

  /// Fails on a connection string that libpq does not understand. `hook`: called while waiting; must outlive the
  /// connections.
  [[nodiscard]] static util::Result<Connector> make(const std::string& conninfo, Wants wants,
                                                    const PostgresOptions& options, const WaitHook* hook);

  /// The host that another connector found to be the right one ("host:port") is tried first from now on.
  void prefer(const std::string& where);
  /// A connection whose session has this program's settings. Its `io_timeout` limits one round trip.
  [[nodiscard]] util::Result<PgConnection, Failure> connect(util::Millis io_timeout, util::Millis statement_timeout);

 private:
  using Settings = std::vector<std::pair<std::string, std::string>>;
  struct Attempt;
  struct Try;

  Connector(std::vector<Settings> hosts, const PostgresOptions& options, const WaitHook* hook)
      : hosts_(std::move(hosts)),
        connect_timeout_(options.connect_timeout),
        next_host_after_(options.next_host_after),
        lock_timeout_(options.lock_timeout),
        hook_(hook) {}
  [[nodiscard]] util::Result<PGconn*, Failure> first_open();

  std::vector<Settings> hosts_;  // one host each; the one that was right last time first
  util::Millis connect_timeout_;
  util::Millis next_host_after_;
  util::Millis lock_timeout_;
  const WaitHook* hook_;
};

}  // namespace chillin::storage::postgres
