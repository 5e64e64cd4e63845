#include "net/batch_sender.h"

#include <liburing.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace chillin::net {

namespace {
constexpr unsigned kEntries = 256;
}  // namespace

struct BatchSender::Ring {
  io_uring ring{};
  bool made = false;
  Ring() = default;
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring() {
    if (made) io_uring_queue_exit(&ring);
  }
};

BatchSender::BatchSender(std::unique_ptr<Ring> ring) : ring_(std::move(ring)) {}
BatchSender::~BatchSender() = default;

std::unique_ptr<BatchSender> BatchSender::create() {
  auto ring = std::make_unique<Ring>();
  // The two flags are of Linux 6.1 and spare the kernel a lock and an interrupt; older ones know the ring without them.
  for (const unsigned flags : {IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN, 0U}) {
    if (io_uring_queue_init(kEntries, &ring->ring, flags) != 0) continue;
    ring->made = true;
    return std::unique_ptr<BatchSender>(new BatchSender(std::move(ring)));
  }
  return nullptr;
}

bool BatchSender::send(std::span<Item> items) {
  for (Item& item : items) item.result = -EAGAIN;
  while (!items.empty()) {
    const auto count = std::min<std::size_t>(items.size(), kEntries);
    for (std::size_t i = 0; i < count; ++i) {
      // Never null: the queue is empty and holds kEntries.
      io_uring_sqe* entry = io_uring_get_sqe(&ring_->ring);
      io_uring_prep_send(entry, items[i].fd, items[i].bytes.data(), items[i].bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      io_uring_sqe_set_data64(entry, i);
    }
    std::size_t done = 0;
    while (done < count) {
      const int submitted = io_uring_submit_and_wait(&ring_->ring, static_cast<unsigned>(count - done));
      if (submitted < 0 && submitted != -EINTR && submitted != -EAGAIN && submitted != -EBUSY) return false;
      io_uring_cqe* completion = nullptr;
      unsigned head = 0;
      unsigned seen = 0;
      io_uring_for_each_cqe(&ring_->ring, head, completion) {
        items[io_uring_cqe_get_data64(completion)].result = completion->res;
        ++seen;
      }
      io_uring_cq_advance(&ring_->ring, seen);
      done += seen;
    }
    items = items.subspan(count);
  }
  return true;
}

}  // namespace chillin::net
