#include "app/database_config.h"

#include <algorithm>
#include <charconv>

namespace chillin::app {

namespace {

std::string conninfo_of(const DatabaseConfig& config) {
  if (!config.url.empty()) return config.url;
  return storage::postgres::make_conninfo(config.host, config.port, config.name, config.user, config.password);
}

bool is_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0 && port < 65'536;
}

}  // namespace

std::string DatabaseConfig::describe() const {
  return storage::postgres::describe_conninfo(conninfo_of(*this));
}

storage::postgres::PostgresOptions DatabaseConfig::options() const {
  storage::postgres::PostgresOptions out;
  out.conninfo = conninfo_of(*this);
  out.replica_conninfo = replica_url;
  out.pool_size = pool_size;
  out.wait_limit = pool_wait;
  out.statement_timeout = statement_timeout;
  out.connect_timeout = connect_timeout;
  // A transaction of the writer counts as one statement; who waits for a row is told before that is over.
  out.commit_timeout = statement_timeout;
  out.lock_timeout = std::min(out.lock_timeout, statement_timeout * 3 / 5);
  return out;
}

std::optional<std::string> parse_database_url(std::string_view text) {
  std::string url(text);
  if (!url.empty() && storage::postgres::describe_conninfo(url).empty()) return std::nullopt;
  return url;
}

std::optional<std::string> parse_ports(std::string_view text) {
  const std::string out(text);
  for (;;) {
    const auto comma = text.find(',');
    if (!is_port(text.substr(0, comma))) return std::nullopt;
    if (comma == std::string_view::npos) return out;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace chillin::app
