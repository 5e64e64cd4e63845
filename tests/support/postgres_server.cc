#include "support/postgres_server.h"

#include <arpa/inet.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "util/crypto.h"

namespace chillin::test {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr const char* kBin = "/usr/lib/postgresql/15/bin";

std::string program(const std::string& name) {
  const std::string path = std::string(kBin) + "/" + name;
  return ::access(path.c_str(), X_OK) == 0 ? path : name;
}

// PostgreSQL refuses to run as root: there it runs as user postgres, and in any case ends with us.
std::vector<std::string> as_somebody(std::vector<std::string> command) {
  std::vector<std::string> out = {"setpriv", "--pdeathsig", "QUIT"};
  if (::geteuid() == 0) out.insert(out.end(), {"--reuid=postgres", "--regid=postgres", "--init-groups"});
  out.insert(out.end(), command.begin(), command.end());
  return out;
}

pid_t start_process(const std::vector<std::string>& command, const std::string& log) {
  std::vector<char*> arguments;
  for (const std::string& each : command) arguments.push_back(const_cast<char*>(each.c_str()));
  arguments.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  // Between fork and exec only what is safe there.
  ::setsid();
  if (std::freopen(log.c_str(), "a", stdout) == nullptr || ::dup2(1, 2) < 0) ::_exit(126);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

std::string tail_of(const std::string& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  const std::string all = text.str();
  return all.size() > 2'000 ? all.substr(all.size() - 2'000) : all;
}

int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no free port");
  }
  ::close(fd);
  return ntohs(address.sin_port);
}

}  // namespace

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

void PostgresServer::make_folder() {
  std::filesystem::create_directory(folder_);
  if (::geteuid() != 0) return;
  const passwd* user = ::getpwnam("postgres");
  if (user == nullptr || ::chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
    throw std::runtime_error("PostgreSQL's tests need user postgres (scripts/install-deps test)");
  }
}

void PostgresServer::run_tool(std::vector<std::string> command) {
  command[0] = program(command[0]);
  const std::string log = folder_ + ".log";
  const pid_t made = start_process(as_somebody(command), log);
  int status = 0;
  if (::waitpid(made, &status, 0) != made || status != 0) {
    throw std::runtime_error(command[0] + " failed: " + tail_of(log));
  }
}

void PostgresServer::configure(const std::string& conf) {
  std::ofstream settings(folder_ + "/data/postgresql.conf", std::ios::app);
  settings << "listen_addresses = '127.0.0.1'\nunix_socket_directories = '" << folder_
           << "'\nfsync = off\nshared_buffers = 64MB\ndynamic_shared_memory_type = mmap\nmax_connections = "
              "60\nautovacuum_naptime = 5\n"
              "checkpoint_timeout = 30min\nlog_min_messages = warning\n"
           << conf << "\n";
}

PostgresServer::PostgresServer(const std::string& conf)
    : folder_(std::filesystem::temp_directory_path() / ("chillin-postgres-" + util::random_id(10))),
      port_(free_port()) {
  make_folder();
  run_tool({"initdb", "-D", folder_ + "/data", "--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync",
            "--locale=C.UTF-8", "-E", "UTF8", "-U", "postgres"});
  configure(conf);
  start();
}

PostgresServer::PostgresServer(PostgresServer& primary, bool synchronous)
    : folder_(std::filesystem::temp_directory_path() / ("chillin-postgres-" + util::random_id(10))),
      port_(free_port()) {
  make_folder();
  run_tool({"pg_basebackup", "-h", primary.folder_, "-p", std::to_string(primary.port_), "-U", "postgres", "-D",
            folder_ + "/data", "-R", "-X", "stream", "-c", "fast", "--no-sync"});
  configure("cluster_name = 'standby'\nwal_receiver_status_interval = 1");
  start();
  if (!synchronous) return;
  primary.sql("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
  primary.sql("SELECT pg_reload_conf()");
  while (primary.sql("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") != "1") {
    std::this_thread::sleep_for(milliseconds(10));
  }
}

PostgresServer::~PostgresServer() {
  end(SIGQUIT);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
  std::filesystem::remove(folder_ + ".log", ignored);
}

std::string PostgresServer::conninfo(const std::string& database) const {
  // By the socket, where it trusts whoever is on this machine.
  return "host=" + folder_ + " port=" + std::to_string(port_) +
         " user=postgres dbname=" + (database.empty() ? "postgres" : database);
}

std::string PostgresServer::make_database() {
  std::string name = "t";
  for (const char c : util::random_id(12)) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : 'x';
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  sql("CREATE DATABASE " + name);
  return name;
}

void PostgresServer::drop_database(const std::string& name) {
  try {
    sql("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
  } catch (const std::runtime_error&) {
    // It goes with the server's folder; what is wrong with the server another line has said.
  }
}

std::string PostgresServer::sql(const std::string& statements, const std::string& database) const {
  PGconn* connection = PQconnectdb((conninfo(database) + " connect_timeout=10").c_str());
  PGresult* result = PQexec(connection, statements.c_str());
  const ExecStatusType status = PQresultStatus(result);
  const bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
  std::string out = good && PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "";
  if (!good) out = PQerrorMessage(connection);
  PQclear(result);
  PQfinish(connection);
  if (!good) throw std::runtime_error(out);
  return out;
}

void PostgresServer::spawn() {
  pid_ = start_process(as_somebody({program("postgres"), "-D", folder_ + "/data", "-p", std::to_string(port_)}),
                       folder_ + ".log");
}

bool PostgresServer::answers() const {
  return PQping(conninfo().c_str()) == PQPING_OK;
}

void PostgresServer::start() {
  const auto deadline = steady_clock::now() + std::chrono::seconds(30);
  spawn();
  while (!answers()) {
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = 0;
      // After a kill its children may still hold the shared memory for a moment.
      if (steady_clock::now() > deadline) throw std::runtime_error("postgres ended: " + tail_of(folder_ + ".log"));
      std::this_thread::sleep_for(milliseconds(50));
      spawn();
    }
    if (steady_clock::now() > deadline)
      throw std::runtime_error("postgres does not answer: " + tail_of(folder_ + ".log"));
    std::this_thread::sleep_for(milliseconds(10));
  }
}

void PostgresServer::end(int signal) {
  if (pid_ <= 0) return;
  const std::vector<pid_t> left = children();
  ::kill(pid_, signal);
  ::kill(pid_, SIGCONT);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
  // Those that were frozen could not notice.
  for (const pid_t child : left) ::kill(child, SIGCONT);
}

void PostgresServer::kill() {
  end(SIGKILL);
}

void PostgresServer::crash() {
  end(SIGQUIT);
}

void PostgresServer::promote() {
  sql("SELECT pg_promote(true, 30)");
}

std::vector<pid_t> PostgresServer::children() const {
  std::vector<pid_t> out;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream stat(entry.path() / "stat");
    std::string line;
    if (!std::getline(stat, line)) continue;
    const auto name_end = line.rfind(')');
    if (name_end == std::string::npos) continue;
    std::istringstream rest(line.substr(name_end + 1));
    char state = 0;
    pid_t parent = 0;
    rest >> state >> parent;
    if (parent == pid_) out.push_back(std::atoi(line.c_str()));
  }
  return out;
}

void PostgresServer::signal_all(int signal) const {
  for (const pid_t child : children()) ::kill(child, signal);
  ::kill(pid_, signal);
}

void PostgresServer::freeze() {
  ::kill(pid_, SIGSTOP);
  signal_all(SIGSTOP);
}

void PostgresServer::thaw() {
  signal_all(SIGCONT);
}

}  // namespace chillin::test
