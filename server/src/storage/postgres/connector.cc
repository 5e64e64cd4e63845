#include <poll.h>

#include <algorithm>
#include <memory>

#include "storage/postgres/connector_pq.h"

namespace chillin::storage::postgres {

namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> out;
  std::size_t from = 0;
  for (;;) {
    const auto comma = list.find(',', from);
    out.push_back(list.substr(from, comma == std::string::npos ? comma : comma - from));
    if (comma == std::string::npos) return out;
    from = comma + 1;
  }
}

std::string* find(Settings& settings, std::string_view key) {
  for (auto& [name, value] : settings) {
    if (name == key) return &value;
  }
  return nullptr;
}

void set(Settings& settings, const char* key, std::string value) {
  if (std::string* found = find(settings, key)) {
    *found = std::move(value);
  } else {
    settings.emplace_back(key, std::move(value));
  }
}

void set_default(Settings& settings, const char* key, const char* value) {
  if (find(settings, key) == nullptr) settings.emplace_back(key, value);
}

// Plans: every statement here is meant for an index; what the statistics of a table that was empty a minute ago say
// must not lead to a scan of it. synchronous_commit: whatever the database's default is, acknowledged means on disk,
// and where there is a synchronous standby, there too. client_connection_check_interval: who waits for a lock notices
// that its client has gone.
constexpr const char* kSession =
    "SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false), "
    "set_config('idle_in_transaction_session_timeout', '10000', false), "
    "set_config('client_connection_check_interval', '2000', false), set_config('jit', 'off', false), "
    "set_config('plan_cache_mode', 'force_generic_plan', false), set_config('enable_seqscan', 'off', false), "
    "set_config('enable_hashjoin', 'off', false), set_config('enable_mergejoin', 'off', false), "
    "set_config('default_transaction_isolation', 'read committed', false), "
    "CASE WHEN current_setting('synchronous_commit') IN ('off', 'local') "
    "THEN set_config('synchronous_commit', 'on', false) END";

}  // namespace

std::string make_conninfo(const std::string& host, const std::string& port, const std::string& name,
                          const std::string& user, const std::string& password) {
  std::string out;
  const auto add = [&out](const char* key, const std::string& value) {
    if (value.empty()) return;
    if (!out.empty()) out += ' ';
    out.append(key).append("='");
    for (const char c : value) {
      if (c == '\'' || c == '\\') out += '\\';
      out += c;
    }
    out += '\'';
  };
  add("host", host);
  add("port", port);
  add("dbname", name);
  add("user", user);
  add("password", password);
  return out;
}

std::string describe_conninfo(const std::string& conninfo) {
  PQconninfoOption* parsed = PQconninfoParse(conninfo.c_str(), nullptr);
  if (parsed == nullptr) return {};
  Settings given;
  for (const PQconninfoOption* each = parsed; each->keyword != nullptr; ++each) {
    if (each->val != nullptr) given.emplace_back(each->keyword, each->val);
  }
  PQconninfoFree(parsed);
  const auto value = [&given](std::string_view key, const std::string& otherwise) {
    const std::string* found = find(given, key);
    return found == nullptr || found->empty() ? otherwise : *found;
  };
  // Without a host libpq takes PGHOST or the socket of this machine.
  const auto hosts = split(value("host", value("hostaddr", "the local socket")));
  const auto ports = split(value("port", "5432"));
  std::string where;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    if (i > 0) where += ',';
    const std::string& port = i < ports.size() ? ports[i] : ports[0];
    const bool socket = hosts[i] == "the local socket";
    where.append(hosts[i]).append(socket ? ", port " : ":").append(port.empty() ? "5432" : port);
  }
  const std::string user = value("user", "");
  return value("dbname", user) + " on " + where + (user.empty() ? "" : " as " + user);
}

util::Result<Connector> Connector::make(const std::string& conninfo, Wants wants, const PostgresOptions& options,
                                        const WaitHook* hook) {
  char* message = nullptr;
  PQconninfoOption* parsed = PQconninfoParse(conninfo.c_str(), &message);
  if (parsed == nullptr) {
    // The message may repeat the string, and with it the password.
    PQfreemem(message);
    return util::Error{util::Error::Code::kInvalid, "the connection string of the database cannot be understood"};
  }
  Settings common;
  for (const PQconninfoOption* each = parsed; each->keyword != nullptr; ++each) {
    if (each->val != nullptr) common.emplace_back(each->keyword, each->val);
  }
  PQconninfoFree(parsed);
  set_default(common, "fallback_application_name", "chillin");
  set_default(common, "client_encoding", "UTF8");
  set_default(common, "keepalives_idle", "10");
  set_default(common, "keepalives_interval", "5");
  set_default(common, "keepalives_count", "3");
  set_default(common, "tcp_user_timeout", "15000");
  if (wants == Wants::kPrimary) set(common, "target_session_attrs", "read-write");

  const std::string* host = find(common, "host");
  const std::string* address = find(common, "hostaddr");
  const std::string* port = find(common, "port");
  const auto names = split(host == nullptr ? "" : *host);
  const auto addresses = split(address == nullptr ? "" : *address);
  const auto ports = split(port == nullptr ? "" : *port);
  std::vector<Settings> hosts;
  for (std::size_t i = 0; i < std::max(names.size(), addresses.size()); ++i) {
    Settings one = common;
    if (i < names.size() && !names[i].empty()) set(one, "host", names[i]);
    if (i < addresses.size() && !addresses[i].empty()) set(one, "hostaddr", addresses[i]);
    const std::string& its_port = ports.size() == 1 ? ports[0] : i < ports.size() ? ports[i] : std::string();
    if (!its_port.empty()) set(one, "port", its_port);
    hosts.push_back(std::move(one));
  }
  return Connector(std::move(hosts), options, hook);
}

/// One host being connected to.
struct Connector::Attempt {
  struct Finish {
    void operator()(PGconn* c) const { PQfinish(c); }
  };
  std::size_t host = 0;
  std::unique_ptr<PGconn, Finish> connection;
  PostgresPollingStatusType wants = PGRES_POLLING_WRITING;
};

/// All hosts being connected to.
struct Connector::Try {
  std::vector<Attempt> attempts;
  std::vector<std::string> errors;

  void start(std::size_t host, const Settings& settings) {
    std::vector<const char*> keys;
    std::vector<const char*> values;
    for (const auto& [key, value] : settings) {
      keys.push_back(key.c_str());
      values.push_back(value.c_str());
    }
    keys.push_back(nullptr);
    values.push_back(nullptr);
    Attempt attempt;
    attempt.host = host;
    attempt.connection.reset(PQconnectStartParams(keys.data(), values.data(), 0));
    if (attempt.connection == nullptr || PQstatus(attempt.connection.get()) == CONNECTION_BAD) {
      fail(attempt);
    } else {
      attempts.push_back(std::move(attempt));
    }
  }
  void fail(const Attempt& attempt) {
    errors.push_back(attempt.connection ? one_line(PQerrorMessage(attempt.connection.get())) : "out of memory");
  }
  /// Waits a little and goes on with those that can; the one that is open, if any.
  std::optional<Attempt> step(util::Millis wait) {
    std::vector<pollfd> fds;
    for (const Attempt& each : attempts) {
      const auto events = static_cast<short>(each.wants == PGRES_POLLING_READING ? POLLIN : POLLOUT);
      fds.push_back({PQsocket(each.connection.get()), events, 0});
    }
    (void)::poll(fds.data(), fds.size(), static_cast<int>(wait.count()));
    std::optional<Attempt> open;
    std::vector<Attempt> left;
    for (std::size_t i = 0; i < attempts.size(); ++i) {
      Attempt& each = attempts[i];
      if (fds[i].revents != 0) each.wants = PQconnectPoll(each.connection.get());
      if (each.wants == PGRES_POLLING_OK && !open) {
        open = std::move(each);
      } else if (each.wants == PGRES_POLLING_FAILED) {
        fail(each);
      } else {
        left.push_back(std::move(each));
      }
    }
    attempts = std::move(left);
    return open;
  }
};

void Connector::prefer(const std::string& where) {
  const auto named = [&where](Settings& host) {
    const std::string* name = find(host, "host");
    if (name == nullptr) name = find(host, "hostaddr");
    const std::string* port = find(host, "port");
    return name != nullptr && where == *name + ":" + (port == nullptr ? "5432" : *port);
  };
  const auto found = std::find_if(hosts_.begin(), hosts_.end(), named);
  if (found != hosts_.end()) std::rotate(hosts_.begin(), found, found + 1);
}

util::Result<PGconn*, Failure> Connector::first_open() {
  const auto begin = std::chrono::steady_clock::now();
  const auto deadline = begin + connect_timeout_;
  Try all;
  std::size_t started = 0;
  for (;;) {
    const auto now = std::chrono::steady_clock::now();
    const auto next = begin + next_host_after_ * static_cast<int>(started);
    if (started < hosts_.size() && (all.attempts.empty() || now >= next)) {
      all.start(started, hosts_[started]);
      ++started;
      continue;
    }
    if (all.attempts.empty() && started == hosts_.size()) break;
    if (now >= deadline) {
      all.errors.emplace_back("no answer in time");
      break;
    }
    if (auto open = all.step(kHookEvery)) {
      std::rotate(hosts_.begin(), hosts_.begin() + static_cast<std::ptrdiff_t>(open->host),
                  hosts_.begin() + static_cast<std::ptrdiff_t>(open->host) + 1);
      return open->connection.release();
    }
    if (hook_ != nullptr && *hook_ && !(*hook_)()) {
      all.errors.emplace_back("given up");
      break;
    }
  }
  std::string message;
  for (const std::string& error : all.errors) message += (message.empty() ? "" : "; ") + error;
  return Failure{Failure::Kind::kConnection, "", std::move(message)};
}

util::Result<PgConnection, Failure> Connector::connect(util::Millis io_timeout, util::Millis statement_timeout) {
  auto open = first_open();
  if (!open) return std::move(open).error();
  PgConnection connection(*open, io_timeout, hook_);
  const std::string statement = std::to_string(statement_timeout.count());
  const std::string lock = std::to_string(lock_timeout_.count());
  if (auto set = execute(connection, kSession, Params(statement, lock)); !set) return std::move(set).error();
  return connection;
}

}  // namespace chillin::storage::postgres
