#include "blob/file/file_blob_store.h"

#include <chrono>

#include "blob/file/blob_file.h"
#include "blob/file/io_pool.h"
#include "util/log.h"

namespace chillin::blob {

namespace {

constexpr std::size_t kThreads = 2;
constexpr std::size_t kMaxQueued = 1'000;
constexpr std::string_view kProbeKey = "probe";
chat::Error refuse_key() {
  return chat::refuse(chat::ErrorCode::kInvalidPayload);
}

chat::Error no_such_blob() {
  return chat::refuse(chat::ErrorCode::kMessageNotFound, "There is no such file.");
}

chat::Error unavailable(const util::Error& error) {
  util::log_error("blob_failed", {{"error", error.detail}});
  return chat::refuse(error.temporary ? chat::ErrorCode::kUnavailable : chat::ErrorCode::kInternal);
}

}  // namespace

FileBlobStore::FileBlobStore(std::string folder, const std::string& secret)
    : folder_(std::move(folder)), paths_(secret), pool_(std::make_unique<IoPool>(kThreads, kMaxQueued)) {
  remove_leftovers(folder_);
}

FileBlobStore::~FileBlobStore() = default;

template <class T, class F>
util::Task<chat::Result<T>> FileBlobStore::on_disk(F f) {
  bool refused = false;
  auto start = [&](util::Completion<chat::Result<T>> done) {
    // `f` and `refused` lie in the waiting coroutine's frame, which outlives the job.
    util::UniqueFunction<void()> job([&f, &refused, done = std::move(done)]() mutable {
      done(refused ? chat::Result<T>(chat::refuse(chat::ErrorCode::kUnavailable)) : f());
    });
    if (pool_->run(job)) return;
    refused = true;
    job();
  };
  co_return co_await util::suspend_with<chat::Result<T>>(std::move(start));
}

util::Task<chat::Status> FileBlobStore::put(std::string key, chat::Blob blob) {
  if (!chat::valid_blob_key(key)) co_return refuse_key();
  auto write = [path = path_of(key), &blob]() -> chat::Status {
    auto written = write_blob_file(path, blob);
    if (!written) return unavailable(written.error());
    return util::Ok{};
  };
  co_return co_await on_disk<util::Ok>(std::move(write));
}

util::Task<chat::Result<chat::Blob>> FileBlobStore::get(std::string key) {
  if (!chat::valid_blob_key(key)) co_return refuse_key();
  auto read = [path = path_of(key)]() -> chat::Result<chat::Blob> {
    auto blob = read_blob_file(path);
    if (!blob) return unavailable(blob.error());
    if (!*blob) return no_such_blob();
    return std::move(**blob);
  };
  co_return co_await on_disk<chat::Blob>(std::move(read));
}

util::Task<chat::Result<chat::BlobInfo>> FileBlobStore::info(std::string key) {
  if (!chat::valid_blob_key(key)) co_return refuse_key();
  auto read = [path = path_of(key)]() -> chat::Result<chat::BlobInfo> {
    auto info = read_blob_header(path);
    if (!info) return unavailable(info.error());
    if (!*info) return no_such_blob();
    return std::move(**info);
  };
  co_return co_await on_disk<chat::BlobInfo>(std::move(read));
}

util::Task<chat::Status> FileBlobStore::remove(std::string key) {
  if (!chat::valid_blob_key(key)) co_return refuse_key();
  auto unlink = [path = path_of(key)]() -> chat::Status {
    auto removed = remove_blob_file(path);
    if (!removed) return unavailable(removed.error());
    return util::Ok{};
  };
  co_return co_await on_disk<util::Ok>(std::move(unlink));
}

util::Task<chat::Result<std::string>> FileBlobStore::read(std::string key, std::int64_t first, std::int64_t length) {
  if (!chat::valid_blob_key(key) || first < 0 || length < 0) co_return refuse_key();
  auto read = [path = path_of(key), first, length]() -> chat::Result<std::string> {
    auto part = read_blob_part(path, first, length);
    if (!part) return unavailable(part.error());
    if (!*part) return no_such_blob();
    return std::move(**part);
  };
  co_return co_await on_disk<std::string>(std::move(read));
}

util::Task<chat::Status> FileBlobStore::move(std::string from, std::string to) {
  if (!chat::valid_blob_key(from) || !chat::valid_blob_key(to)) co_return refuse_key();
  auto rename = [from_path = path_of(from), to_path = path_of(to)]() -> chat::Status {
    auto moved = move_blob_file(from_path, to_path);
    if (!moved) return unavailable(moved.error());
    if (!*moved) return no_such_blob();
    return util::Ok{};
  };
  co_return co_await on_disk<util::Ok>(std::move(rename));
}

util::Task<util::Result<double>> FileBlobStore::probe() {
  const auto begin = std::chrono::steady_clock::now();
  // Written as a blob is, because a disk that is full or read-only shows it no other way.
  const chat::Blob blob{"text/plain", "", "x"};
  auto write = [path = path_of(kProbeKey), &blob]() -> chat::Status {
    auto written = write_blob_file(path, blob);
    if (!written) return chat::refuse(chat::ErrorCode::kUnavailable, written.error().detail);
    return util::Ok{};
  };
  auto written = co_await on_disk<util::Ok>(std::move(write));
  if (!written) co_return util::Error{util::Error::Code::kUnavailable, written.error().message, true};
  co_return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

void FileBlobStore::stop() {
  pool_->stop();
}

std::string FileBlobStore::path_of(std::string_view key) const {
  return std::string(folder_).append("/").append(key).append(".blob");
}

chat::SignedRequest FileBlobStore::sign(const chat::PutPermit& permit, util::WallMillis now,
                                        util::Millis lifetime) const {
  const util::WallMillis expires{now.value + lifetime.count()};
  return {"PUT",
          paths_.make(permit, expires),
          {{"Content-Type", permit.content_type}, {"Content-Length", std::to_string(permit.size)}},
          expires};
}

chat::SignedRequest FileBlobStore::sign(const chat::GetPermit& permit, util::WallMillis now,
                                        util::Millis lifetime) const {
  const util::WallMillis expires{now.value + lifetime.count()};
  return {"GET", paths_.make(permit, expires), {}, expires};
}

std::optional<chat::PutPermit> FileBlobStore::verify_put(std::string_view target, util::WallMillis now) const {
  return paths_.verify_put(target, now);
}

std::optional<chat::GetPermit> FileBlobStore::verify_get(std::string_view target, util::WallMillis now) const {
  return paths_.verify_get(target, now);
}

}  // namespace chillin::blob
