#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "app/blob_access.h"
#include "app/commands.h"
#include "app/data_files.h"
#include "app/version.h"
#include "backup/checksums.h"
#include "backup/manifest.h"
#include "storage/sqlite/snapshot.h"
#include "util/log.h"

namespace chillin::app {

namespace {

namespace fs = std::filesystem;
using Keys = std::vector<std::string>;

// Somebody who uploads and removes all the time must not keep a backup from ending.
constexpr int kMostTries = 5;

int failed(const util::Error& error) {
  std::fprintf(stderr, "chillin: %s\n", error.detail.c_str());
  return 1;
}

/// The folder in which a backup comes about; removed unless it became one.
class Unfinished {
 public:
  static util::Result<Unfinished> make(const std::string& target) {
    std::string path = target + ".part-XXXXXX";
    if (mkdtemp(path.data()) == nullptr) {
      return util::Error{util::Error::Code::kUnavailable, "cannot make " + path + ": " + std::strerror(errno), true};
    }
    return Unfinished(std::move(path));
  }
  Unfinished(Unfinished&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Unfinished& operator=(Unfinished&&) = delete;
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  ~Unfinished() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  util::Status<> become(const std::string& target) {
    std::error_code failure;
    fs::rename(path_, target, failure);
    if (failure) {
      return util::Error{util::Error::Code::kUnavailable, "cannot make " + target + ": " + failure.message(), true};
    }
    path_.clear();
    const std::string parent = fs::absolute(target).parent_path();
    return backup::sync_path(parent);
  }

 private:
  explicit Unfinished(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// The files first and the database after them, then the files that came in between: what the snapshot refers to has
// been copied, even if somebody removed it since. One that came and went in between is missing; the next snapshot no
// longer refers to it. What two snapshots in a row refer to and no copy found is not in the installation either.
// Returns what is missing in the end: an avatar that somebody changes more often than a snapshot takes, or a lost file.
util::Result<Keys> copy_consistently(const Config& config, const std::string& to) {
  const std::string database = to + "/chillin.db";
  const std::string blobs = to + kBlobFolder;
  const backup::ReadBlob read = blob_reader(config);
  const auto now = [] { return util::system_clock().wall(); };

  auto keys = storage::snapshot_blob_keys(config.data_dir + "/chillin.db", now());
  if (!keys) return keys;
  if (auto early = backup::fetch_blobs(blobs, *keys, read); !early) return early;
  Keys before;
  for (int i = 0;; ++i) {
    std::error_code ignored;
    fs::remove(database, ignored);
    if (auto taken = storage::take_snapshot(config.data_dir, database); !taken) return std::move(taken).error();
    keys = storage::snapshot_blob_keys(database, now());
    if (!keys) return keys;
    auto missing = backup::fetch_blobs(blobs, *keys, read);
    if (!missing || missing->empty() || *missing == before || i == kMostTries) return missing;
    before = *std::move(missing);
  }
}

util::Status<> copy_secret(const Config& config, const std::string& to) {
  const std::string secret = config.data_dir + kSecretFile;
  std::error_code ignored;
  if (!fs::exists(secret, ignored)) return util::Ok{};
  return backup::copy_durably(secret, to + kSecretFile);
}

}  // namespace

int backup(const Config& config, const std::string& to) {
  util::log_setup(std::max(config.log_level, util::LogLevel::kWarn), config.log_format);
  if (config.database.used()) {
    return failed({util::Error::Code::kInvalid, "the storage is PostgreSQL (" + config.database.describe() +
                                                    "): use deploy/backup/backup-postgres"});
  }
  std::string target = to;
  while (target.size() > 1 && target.ends_with('/')) target.pop_back();
  std::error_code ignored;
  if (fs::exists(target, ignored)) return failed({util::Error::Code::kConflict, target + " is there already"});
  if (!fs::exists(config.data_dir + "/chillin.db", ignored)) {
    return failed({util::Error::Code::kNotFound, "there is no database in the data folder " + config.data_dir});
  }
  auto part = Unfinished::make(target);
  if (!part) return failed(part.error());
  backup::Manifest manifest{backup::Kind::kEmbedded, 0, version(), util::iso8601(util::system_clock().wall())};
  auto missing = copy_consistently(config, part->path());
  if (!missing) return failed(missing.error());
  const std::string database = part->path() + "/chillin.db";
  if (auto dropped = storage::drop_snapshot_avatars(database, *missing); !dropped) return failed(dropped.error());
  if (auto copied = copy_secret(config, part->path()); !copied) return failed(copied.error());
  auto schema = storage::snapshot_schema(database);
  if (!schema) return failed(schema.error());
  manifest.schema = *schema;
  if (auto sealed = backup::seal(part->path(), std::move(manifest)); !sealed) return failed(sealed.error());
  if (auto done = part->become(target); !done) return failed(done.error());
  for (const std::string& key : *missing) {
    std::fprintf(stderr, "chillin: the database refers to the file %s, which is not there, or damaged\n", key.c_str());
  }
  std::printf("Backup of %s made: %s\n", config.data_dir.c_str(), target.c_str());
  return 0;
}

int backup_files(const Config& config, const std::string& folder) {
  util::log_setup(std::max(config.log_level, util::LogLevel::kWarn), config.log_format);
  Keys keys;
  for (std::string line; std::getline(std::cin, line);) {
    if (!line.empty()) keys.push_back(std::move(line));
  }
  auto missing = backup::fetch_blobs(folder, keys, blob_reader(config));
  if (!missing) return failed(missing.error());
  for (const std::string& key : *missing) std::puts(key.c_str());
  return 0;
}

}  // namespace chillin::app
