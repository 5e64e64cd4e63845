#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace chillin::bench {

/// A broadcast, built once and queued by reference. Confined to: one loop (the count is not atomic).
struct SharedFrame {
  std::string bytes;
  uint32_t references = 0;
};

/// Frames are used again instead of freed, so that the bare loop pays for no allocator.
class FramePool {
 public:
  SharedFrame* take() {
    if (free_.empty()) return new SharedFrame;
    SharedFrame* frame = free_.back();
    free_.pop_back();
    frame->bytes.clear();
    return frame;
  }
  void release(SharedFrame* frame) {
    if (--frame->references == 0) free_.push_back(frame);
  }

 private:
  std::vector<SharedFrame*> free_;
};

/// What one connection still has to write: first in, first out, the front perhaps written in part.
class FrameQueue {
 public:
  bool empty() const { return head_ == frames_.size(); }
  size_t size() const { return frames_.size() - head_; }
  void push(SharedFrame* frame) {
    ++frame->references;
    frames_.push_back(frame);
  }
  const SharedFrame& at(size_t i) const { return *frames_[head_ + i]; }
  /// Bytes of the front frame that are written already.
  size_t offset() const { return offset_; }

  void written(size_t bytes, FramePool& pool) {
    while (bytes > 0) {
      SharedFrame* front = frames_[head_];
      const size_t left = front->bytes.size() - offset_;
      if (bytes < left) {
        offset_ += bytes;
        return;
      }
      bytes -= left;
      offset_ = 0;
      ++head_;
      pool.release(front);
    }
    if (empty()) {
      frames_.clear();
      head_ = 0;
    } else if (head_ > 256) {
      frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(head_));
      head_ = 0;
    }
  }

  void clear(FramePool& pool) {
    for (size_t i = head_; i < frames_.size(); ++i) pool.release(frames_[i]);
    frames_.clear();
    head_ = 0;
    offset_ = 0;
  }

 private:
  std::vector<SharedFrame*> frames_;
  size_t head_ = 0;
  size_t offset_ = 0;
};

}  // namespace chillin::bench
