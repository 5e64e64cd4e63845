#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "storage/postgres/postgres_options.h"
#include "util/clock.h"

namespace chillin::app {

/// Which PostgreSQL stores everything, if any: DATABASE_URL, or DB_HOST and its companions.
struct DatabaseConfig {
  std::string url;
  std::string host;  ///< of DB_HOST: one or a comma list
  std::string port;  ///< one for all hosts, or a comma list
  std::string name;
  std::string user;
  std::string password;
  std::string replica_url;
  std::size_t pool_size = 0;
  util::Millis pool_wait{0};
  util::Millis statement_timeout{0};
  util::Millis connect_timeout{0};

  /// False: storage is embedded, in DATA_DIR.
  [[nodiscard]] bool used() const noexcept { return !url.empty() || !host.empty(); }
  /// "chat on db1:5432 as app": for people, without the password.
  [[nodiscard]] std::string describe() const;
  [[nodiscard]] storage::postgres::PostgresOptions options() const;
};

// What may stand in the variables; nullopt: it may not. An empty text is allowed where a default is empty.
[[nodiscard]] std::optional<std::string> parse_database_url(std::string_view text);
[[nodiscard]] std::optional<std::string> parse_ports(std::string_view text);

}  // namespace chillin::app
