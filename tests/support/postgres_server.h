#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace chillin::test {

/// A PostgreSQL of the test program's own: a process that it starts, on a free port, in a temporary folder, and that
/// goes with it. Confined to: one thread.
class PostgresServer {
 public:
  /// Makes a cluster and starts it. `conf`: lines of postgresql.conf beside what tests need (no fsync: nobody cuts the
  /// power here).
  explicit PostgresServer(const std::string& conf = "");
  ~PostgresServer();
  /// A standby of `primary`, which is made anew from it and follows it; commits of the primary wait for it if
  /// `synchronous`.
  PostgresServer(PostgresServer& primary, bool synchronous);
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// The one that the suites of this program share.
  [[nodiscard]] static PostgresServer& shared();

  [[nodiscard]] int port() const noexcept { return port_; }
  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }
  /// Connection string for user postgres; `database` empty: "postgres".
  [[nodiscard]] std::string conninfo(const std::string& database = "") const;
  /// Makes an empty database of a new name and returns the name.
  [[nodiscard]] std::string make_database();
  /// Also where nobody answers any more: then there is nothing to drop.
  void drop_database(const std::string& name);
  /// Runs statements as user postgres and returns the first column of the last one's first row. Throws on an error.
  std::string sql(const std::string& statements, const std::string& database = "") const;

  /// kill -9 of the server process; its children notice and end.
  void kill();
  /// Ends at once as after a crash (SIGQUIT): the next start recovers.
  void crash();
  /// Starts it again on the same port and data, and waits until it answers.
  void start();
  /// A standby becomes a primary.
  void promote();
  /// SIGSTOP and SIGCONT of the server process and all its children.
  void freeze();
  void thaw();

 private:
  void make_folder();
  void configure(const std::string& conf);
  void run_tool(std::vector<std::string> command);
  void spawn();
  void end(int signal);
  [[nodiscard]] bool answers() const;
  [[nodiscard]] std::vector<pid_t> children() const;
  void signal_all(int signal) const;

  std::string folder_;
  int port_ = 0;
  pid_t pid_ = 0;
};

}  // namespace chillin::test
