#include "blob/file/file_blob_store.h"

#include <charconv>

#include "blob/file/blob_file.h"
#include "blob/file/io_pool.h"
#include "util/crypto.h"
#include "util/log.h"
#include "util/text.h"

namespace chillin::blob {

namespace {

constexpr std::size_t kThreads = 2;
constexpr std::size_t kMaxQueued = 1'000;
constexpr std::size_t kMaxKey = 200;
constexpr std::string_view kPrefix = "/files/";
constexpr std::string_view kExpires = "?expires=";
constexpr std::string_view kSignature = "&signature=";

// Letters, digits, - and _ in parts divided by single slashes: no dot, so nothing can climb out of the folder.
bool valid_key(std::string_view key) {
  if (key.empty() || key.size() > kMaxKey || key.front() == '/' || key.back() == '/') return false;
  char before = '\0';
  for (const char c : key) {
    const bool letter =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!letter && (c != '/' || before == '/')) return false;
    before = c;
  }
  return true;
}

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

FileBlobStore::FileBlobStore(std::string folder, std::string secret)
    : folder_(std::move(folder)), secret_(std::move(secret)), pool_(std::make_unique<IoPool>(kThreads, kMaxQueued)) {
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
  if (!valid_key(key)) co_return refuse_key();
  auto write = [path = path_of(key), &blob]() -> chat::Status {
    auto written = write_blob_file(path, blob);
    if (!written) return unavailable(written.error());
    return util::Ok{};
  };
  co_return co_await on_disk<util::Ok>(std::move(write));
}

util::Task<chat::Result<chat::Blob>> FileBlobStore::get(std::string key) {
  if (!valid_key(key)) co_return refuse_key();
  auto read = [path = path_of(key)]() -> chat::Result<chat::Blob> {
    auto blob = read_blob_file(path);
    if (!blob) return unavailable(blob.error());
    if (!*blob) return no_such_blob();
    return std::move(**blob);
  };
  co_return co_await on_disk<chat::Blob>(std::move(read));
}

util::Task<chat::Result<chat::BlobInfo>> FileBlobStore::info(std::string key) {
  if (!valid_key(key)) co_return refuse_key();
  auto read = [path = path_of(key)]() -> chat::Result<chat::BlobInfo> {
    auto info = read_blob_header(path);
    if (!info) return unavailable(info.error());
    if (!*info) return no_such_blob();
    return std::move(**info);
  };
  co_return co_await on_disk<chat::BlobInfo>(std::move(read));
}

util::Task<chat::Status> FileBlobStore::remove(std::string key) {
  if (!valid_key(key)) co_return refuse_key();
  auto unlink = [path = path_of(key)]() -> chat::Status {
    auto removed = remove_blob_file(path);
    if (!removed) return unavailable(removed.error());
    return util::Ok{};
  };
  co_return co_await on_disk<util::Ok>(std::move(unlink));
}

std::string FileBlobStore::path_of(const std::string& key) const {
  return folder_ + "/" + key + ".blob";
}

std::string FileBlobStore::sign(std::string_view key, std::string_view expires) const {
  std::string text(key);
  text += '\n';
  text += expires;
  return util::hex_encode(util::hmac_sha256(secret_, text));
}

std::string FileBlobStore::signed_url(const std::string& key, util::WallMillis expires) const {
  const std::string at = std::to_string(expires.value);
  std::string url(kPrefix);
  url.append(key).append(kExpires).append(at).append(kSignature).append(sign(key, at));
  return url;
}

bool FileBlobStore::verify_url(const std::string& target, util::WallMillis now, std::string& key) const {
  std::string_view rest = target;
  if (!rest.starts_with(kPrefix)) return false;
  rest.remove_prefix(kPrefix.size());
  const auto question = rest.find(kExpires);
  if (question == std::string_view::npos) return false;
  const std::string_view name = rest.substr(0, question);
  rest.remove_prefix(question + kExpires.size());
  const auto ampersand = rest.find(kSignature);
  if (ampersand == std::string_view::npos) return false;
  const std::string_view at = rest.substr(0, ampersand);
  const std::string_view signature = rest.substr(ampersand + kSignature.size());
  if (!valid_key(name) || !util::constant_time_equal(signature, sign(name, at))) return false;
  // Signed by us, so it is a number of ours.
  std::int64_t expires = 0;
  const auto [end, error] = std::from_chars(at.data(), at.data() + at.size(), expires);
  if (error != std::errc() || end != at.data() + at.size() || expires <= now.value) return false;
  key.assign(name);
  return true;
}

}  // namespace chillin::blob
