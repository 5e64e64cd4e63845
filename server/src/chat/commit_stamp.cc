#include "chat/commit_stamp.h"

#include <algorithm>
#include <utility>

namespace chillin::chat {

namespace {

thread_local std::optional<CommitStamp> stamp_of_thread;

}  // namespace

CommitStamp CommitStamp::now() {
  return {Path::kSameServer, util::system_clock().steady()};
}

CommitStamp CommitStamp::from_other_server(util::WallMillis at) {
  const util::Millis since{std::max<std::int64_t>(0, util::system_clock().wall().value - at.value)};
  return {Path::kCrossServer, util::system_clock().steady() - since};
}

util::WallMillis CommitStamp::wall() const {
  const auto since = std::chrono::duration_cast<util::Millis>(util::system_clock().steady() - at);
  return {util::system_clock().wall().value - since.count()};
}

ScopedCommitStamp::ScopedCommitStamp(CommitStamp stamp) : before_(std::exchange(stamp_of_thread, stamp)) {}

ScopedCommitStamp::~ScopedCommitStamp() {
  stamp_of_thread = before_;
}

std::optional<CommitStamp> ScopedCommitStamp::current() {
  return stamp_of_thread;
}

}  // namespace chillin::chat
