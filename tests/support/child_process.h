#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace chillin::test {

/// Another process of this test program, running one test with an argument in CHILLIN_TEST_CHILD; what it tells comes
/// through a pipe. Killed at the end.
class ChildProcess {
 public:
  ChildProcess(const std::string& test, const std::string& argument) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) std::abort();
    const std::string filter = "--gtest_filter=" + test;
    const std::string variable = "CHILLIN_TEST_CHILD=" + argument;
    pid_ = ::fork();
    if (pid_ == 0) {
      // Between fork and exec only what is safe there: other threads may have held locks.
      ::dup2(ends[1], 3);
      const int nowhere = ::open("/dev/null", O_WRONLY);
      ::dup2(nowhere, 1);
      ::dup2(nowhere, 2);
      ::fcntl(3, F_SETFD, 0);
      const char* const arguments[] = {"child", filter.c_str(), nullptr};
      const char* const environment[] = {variable.c_str(), "GTEST_COLOR=no", nullptr};
      ::execve("/proc/self/exe", const_cast<char* const*>(arguments), const_cast<char* const*>(environment));
      ::_exit(127);
    }
    ::close(ends[1]);
    out_ = ends[0];
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess() {
    kill();
    ::close(out_);
  }

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// Its argument, in the child; null in the test program itself.
  [[nodiscard]] static const char* argument() { return std::getenv("CHILLIN_TEST_CHILD"); }
  /// In the child: a line to the parent, in one write.
  static void tell(std::string line) {
    line += '\n';
    if (::write(3, line.data(), line.size()) != static_cast<ssize_t>(line.size())) ::_exit(1);
  }

  /// The next line of the child without its end; empty at the end of the output.
  std::string line() {
    for (;;) {
      const auto end = buffer_.find('\n');
      if (end != std::string::npos) {
        std::string out = buffer_.substr(0, end);
        buffer_.erase(0, end + 1);
        return out;
      }
      char bytes[4096];
      const ssize_t n = ::read(out_, bytes, sizeof bytes);
      if (n <= 0) return {};
      buffer_.append(bytes, static_cast<std::size_t>(n));
    }
  }
  /// kill -9; waits until it is gone. What it had written can still be read.
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

 private:
  pid_t pid_ = 0;
  int out_ = -1;
  std::string buffer_;
};

}  // namespace chillin::test
