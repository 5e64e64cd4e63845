#include "net/batch_sender.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <vector>

namespace chillin::net {
namespace {

struct Pair {
  Pair() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd.data()), 0); }
  ~Pair() {
    ::close(fd[0]);
    if (fd[1] >= 0) ::close(fd[1]);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  std::array<int, 2> fd{-1, -1};
};

std::string received(int fd) {
  std::string out(1 << 20, '\0');
  const ssize_t n = ::recv(fd, out.data(), out.size(), MSG_DONTWAIT);
  out.resize(n < 0 ? 0 : static_cast<std::size_t>(n));
  return out;
}

class BatchSenderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    sender = BatchSender::create();
    if (!sender) GTEST_SKIP() << "no io_uring here: connections send one by one";
  }
  std::unique_ptr<BatchSender> sender;
};

TEST_F(BatchSenderTest, SendsToEachItsOwnAlsoBeyondOneRingful) {
  // A ring holds 256; both a full one and what is left over are sent.
  constexpr std::size_t kMany = 300;
  std::vector<Pair> pairs(kMany);
  std::vector<std::string> texts;
  std::vector<BatchSender::Item> items;
  for (std::size_t i = 0; i < kMany; ++i) texts.push_back("message " + std::to_string(i));
  for (std::size_t i = 0; i < kMany; ++i) items.push_back({pairs[i].fd[0], texts[i], 0});
  ASSERT_TRUE(sender->send(items));
  for (std::size_t i = 0; i < kMany; ++i) {
    EXPECT_EQ(items[i].result, static_cast<ssize_t>(texts[i].size()));
    EXPECT_EQ(received(pairs[i].fd[1]), texts[i]);
  }
}

TEST_F(BatchSenderTest, AFullReceiverSaysSoAndDelaysNobody) {
  Pair full;
  const std::string block(1 << 16, 'x');
  while (::send(full.fd[0], block.data(), block.size(), MSG_DONTWAIT) > 0) {
  }
  Pair other;
  std::array<BatchSender::Item, 2> items{{{full.fd[0], "late", 0}, {other.fd[0], "on time", 0}}};
  ASSERT_TRUE(sender->send(items));
  EXPECT_EQ(items[0].result, -EAGAIN);
  EXPECT_EQ(items[1].result, 7);
  EXPECT_EQ(received(other.fd[1]), "on time");
}

TEST_F(BatchSenderTest, AReceiverThatWentAwayIsAnErrorAndNoSignal) {
  Pair gone;
  ::close(gone.fd[1]);
  gone.fd[1] = -1;
  std::array<BatchSender::Item, 1> items{{{gone.fd[0], "hello?", 0}}};
  ASSERT_TRUE(sender->send(items));
  EXPECT_EQ(items[0].result, -EPIPE);
}

TEST_F(BatchSenderTest, TakesAPartOfWhatDoesNotFit) {
  Pair pair;
  const std::string big(8 << 20, 'y');
  std::array<BatchSender::Item, 1> items{{{pair.fd[0], big, 0}}};
  ASSERT_TRUE(sender->send(items));
  EXPECT_GT(items[0].result, 0);
  EXPECT_LT(items[0].result, static_cast<ssize_t>(big.size()));
}

}  // namespace
}  // namespace chillin::net
