#include "util/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <functional>
#include <limits>
#include <sstream>
#include <thread>
#include <vector>

namespace chillin::util {
namespace {

/// What is written to standard error while it lives. The settings go back to their defaults with it.
class Log : public ::testing::Test {
 protected:
  static std::string capture(LogLevel level, LogFormat format, const std::function<void()>& write) {
    ::testing::internal::CaptureStderr();
    log_setup(level, format);
    write();
    log_setup(LogLevel::kInfo, LogFormat::kText);
    return ::testing::internal::GetCapturedStderr();
  }
};

TEST_F(Log, JsonIsOneObjectALine) {
  const std::string out = capture(LogLevel::kInfo, LogFormat::kJson, [] {
    log_info("listening",
             {{"port", 5000}, {"host", "127.0.0.1"}, {"size", std::size_t{7}}, {"load", 0.5}, {"tls", false}});
    log_warn("second");
  });
  std::istringstream lines(out);
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  const auto first = boost::json::parse(line).as_object();
  EXPECT_EQ(first.at("level"), "info");
  EXPECT_EQ(first.at("event"), "listening");
  EXPECT_EQ(first.at("port"), 5000);
  EXPECT_EQ(first.at("host"), "127.0.0.1");
  EXPECT_EQ(first.at("size"), 7);
  EXPECT_EQ(first.at("load"), 0.5);
  EXPECT_EQ(first.at("tls"), false);
  EXPECT_EQ(first.at("ts").as_string().size(), 24U);
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(boost::json::parse(line).as_object().at("level"), "warn");
  EXPECT_FALSE(std::getline(lines, line));
}

TEST_F(Log, JsonStaysValidWhateverAValueHolds) {
  const std::string out = capture(LogLevel::kInfo, LogFormat::kJson, [] {
    log_info("odd", {{"bytes", std::string("a\xFF\n\"\0b", 6)},
                     {"nan", std::numeric_limits<double>::quiet_NaN()},
                     {"max", std::numeric_limits<std::uint64_t>::max()}});
  });
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 1);
  const auto line = boost::json::parse(out).as_object();
  EXPECT_EQ(std::string_view(line.at("bytes").as_string()), std::string_view("a?\n\"\0b", 6));
  EXPECT_TRUE(line.at("nan").is_null());
}

TEST_F(Log, TextIsReadableAndWithoutColoursInAFile) {
  const std::string out = capture(LogLevel::kInfo, LogFormat::kText, [] {
    log_error("slow_reader_closed",
              {{"socket", "abc-_1"}, {"bytes", 123}, {"why", "two words"}, {"none", ""}, {"on", true}});
  });
  EXPECT_EQ(out.substr(24), " error slow_reader_closed socket=abc-_1 bytes=123 why=\"two words\" none=\"\" on=true\n");
}

TEST_F(Log, TextCannotBeForgedNorMoveTheCursor) {
  const std::string out = capture(LogLevel::kInfo, LogFormat::kText, [] {
    log_info("login", {{"name", "x\n2026 error fake"}, {"agent", "\x1b[2J"}, {"pair", "a=b"}});
  });
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 1);
  EXPECT_EQ(out.find('\x1b'), std::string::npos);
  EXPECT_NE(out.find("pair=\"a=b\""), std::string::npos);
}

TEST_F(Log, TextIsColouredOnATerminal) {
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  ASSERT_GE(terminal, 0);
  ASSERT_EQ(grantpt(terminal), 0);
  ASSERT_EQ(unlockpt(terminal), 0);
  const int inside = open(ptsname(terminal), O_RDWR | O_NOCTTY);
  ASSERT_GE(inside, 0);
  const int saved = dup(STDERR_FILENO);
  dup2(inside, STDERR_FILENO);
  log_warn("look");
  dup2(saved, STDERR_FILENO);
  char text[512];
  const ssize_t n = read(terminal, text, sizeof text);
  close(saved);
  close(inside);
  close(terminal);
  ASSERT_GT(n, 0);
  const std::string out(text, static_cast<std::size_t>(n));
  EXPECT_NE(out.find("\x1b[33mwarn \x1b[0m look"), std::string::npos) << out;
}

TEST_F(Log, WritesNothingBelowItsLevel) {
  EXPECT_EQ(capture(LogLevel::kWarn, LogFormat::kText,
                    [] {
                      EXPECT_FALSE(log_enabled(LogLevel::kInfo));
                      EXPECT_TRUE(log_enabled(LogLevel::kWarn));
                      log_info("quiet");
                      log_debug("quiet");
                    }),
            "");
  EXPECT_EQ(capture(LogLevel::kOff, LogFormat::kText,
                    [] {
                      EXPECT_FALSE(log_enabled(LogLevel::kOff));
                      log_error("quiet");
                    }),
            "");
  EXPECT_NE(capture(LogLevel::kTrace, LogFormat::kText, [] { log_debug("loud"); }), "");
}

TEST_F(Log, LeavesErrnoAlone) {
  capture(LogLevel::kInfo, LogFormat::kText, [] {
    errno = ENOENT;
    log_info("something");
    EXPECT_EQ(errno, ENOENT);
  });
}

TEST_F(Log, LinesOfManyThreadsDoNotMix) {
  const std::string out = capture(LogLevel::kInfo, LogFormat::kJson, [] {
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([t] {
        for (int i = 0; i < 200; ++i) log_info("line", {{"thread", t}, {"i", i}});
      });
    }
    for (auto& thread : threads) thread.join();
  });
  std::istringstream lines(out);
  std::string line;
  int count = 0;
  for (; std::getline(lines, line); ++count) EXPECT_EQ(boost::json::parse(line).as_object().at("event"), "line");
  EXPECT_EQ(count, 800);
}

TEST_F(Log, AFullPipeDoesNotStopTheWriter) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_NONBLOCK), 0);
  const int saved = dup(STDERR_FILENO);
  dup2(ends[1], STDERR_FILENO);
  for (int i = 0; i < 5000; ++i) log_info("nobody_reads", {{"i", i}});  // more than the pipe takes
  dup2(saved, STDERR_FILENO);
  close(saved);
  char text[200];
  EXPECT_GT(read(ends[0], text, sizeof text), 0);
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace chillin::util
