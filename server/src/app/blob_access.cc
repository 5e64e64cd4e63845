#include "app/blob_access.h"

#include <memory>
#include <utility>

#include "app/data_files.h"
#include "blob/file/blob_file.h"
#include "blob/s3/s3_blob_store.h"
#include "util/log.h"
#include "util/manual_executor.h"

namespace chillin::app {

namespace {

// Not through FileBlobStore, which tidies the folder up at its beginning: a server may be writing there.
std::string path_of(const std::string& folder, const std::string& key) {
  return std::string(folder).append("/").append(key).append(".blob");
}

struct Bucket {
  explicit Bucket(const blob::S3Options& options) : store(options) {}
  ~Bucket() { store.stop(); }
  Bucket(const Bucket&) = delete;
  Bucket& operator=(const Bucket&) = delete;

  util::ManualExecutor executor;
  blob::S3BlobStore store;
  bool probed = false;
};

util::Error failed(const std::string& doing, const std::string& key, const chat::Error& error) {
  return {util::Error::Code::kUnavailable, doing + " " + key + " in S3 failed: " + error.message, true};
}

// Says what is wrong with address, key or bucket before anything else is done; makes the bucket where there is none.
util::Status<> probe(Bucket& bucket) {
  if (bucket.probed) return util::Ok{};
  auto answer = bucket.executor.wait(bucket.store.probe());
  if (!answer) return util::Error{util::Error::Code::kUnavailable, "S3 cannot be used: " + answer.error().detail, true};
  bucket.probed = true;
  return util::Ok{};
}

}  // namespace

backup::ReadBlob blob_reader(const Config& config) {
  if (!config.s3) {
    return [folder = config.data_dir + kBlobFolder](const std::string& key) -> util::Result<std::optional<chat::Blob>> {
      auto blob = blob::read_blob_file(path_of(folder, key));
      // One damaged picture must not prevent every backup from now on.
      if (!blob && !blob.error().temporary) {
        util::log_warn("file_damaged", {{"error", blob.error().detail}});
        return std::optional<chat::Blob>();
      }
      return blob;
    };
  }
  auto bucket = std::make_shared<Bucket>(*config.s3);
  return [bucket](const std::string& key) -> util::Result<std::optional<chat::Blob>> {
    if (auto usable = probe(*bucket); !usable) return std::move(usable).error();
    auto blob = bucket->executor.wait(bucket->store.get(key));
    if (blob) return std::optional(*std::move(blob));
    if (blob.error().code == chat::ErrorCode::kMessageNotFound) return std::optional<chat::Blob>();
    return failed("reading", key, blob.error());
  };
}

backup::WriteBlob blob_writer(const Config& config) {
  if (!config.s3) {
    return [folder = config.data_dir + kBlobFolder](const std::string& key, chat::Blob blob) {
      return blob::write_blob_file(path_of(folder, key), blob);
    };
  }
  auto bucket = std::make_shared<Bucket>(*config.s3);
  return [bucket](const std::string& key, chat::Blob blob) -> util::Status<> {
    if (auto usable = probe(*bucket); !usable) return usable;
    auto written = bucket->executor.wait(bucket->store.put(key, std::move(blob)));
    if (!written) return failed("writing", key, written.error());
    return util::Ok{};
  };
}

}  // namespace chillin::app
