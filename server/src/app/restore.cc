#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "app/blob_access.h"
#include "app/commands.h"
#include "app/data_files.h"
#include "app/version.h"
#include "backup/checksums.h"
#include "backup/manifest.h"
#include "storage/postgres/migrations.h"
#include "storage/sqlite/data_folder.h"
#include "storage/sqlite/snapshot.h"
#include "util/log.h"

namespace chillin::app {

namespace {

using Code = util::Error::Code;
namespace fs = std::filesystem;

int failed(const util::Error& error) {
  std::fprintf(stderr, "chillin: %s\n", error.detail.c_str());
  return 1;
}

/// A backup that is whole and that this program can use.
util::Result<backup::Checked> usable(const std::string& from) {
  auto checked = backup::check(from);
  if (!checked) return checked;
  const backup::Manifest& manifest = checked->manifest;
  const int newest =
      manifest.kind == backup::Kind::kEmbedded ? storage::newest_schema() : storage::postgres::newest_schema();
  if (manifest.schema > newest) {
    return util::Error{Code::kInvalid, "the backup " + from + " has schema " + std::to_string(manifest.schema) +
                                           ", which is newer than this program (" + std::to_string(newest) +
                                           "): use version " + manifest.version + " or newer"};
  }
  return checked;
}

// What a file system or an earlier start of ours may have put there says nothing.
util::Status<> must_be_empty(const std::string& data_dir) {
  std::error_code failure;
  if (!fs::exists(data_dir, failure)) return util::Ok{};
  for (const auto& entry : fs::directory_iterator(data_dir, failure)) {
    const std::string name = entry.path().filename();
    if (name == "chillin.lock" || name == "lost+found") continue;
    return util::Error{Code::kConflict, "the data folder " + data_dir + " is not empty (" + name +
                                            "): nothing has been restored; name another one in DATA_DIR, or empty it"};
  }
  if (failure) return util::Error{Code::kUnavailable, "reading " + data_dir + ": " + failure.message(), true};
  return util::Ok{};
}

util::Status<> put_in_place(const Config& config, const std::string& from, bool end_sessions) {
  const std::string mark = config.data_dir + kRestoring;
  std::ofstream(mark).close();
  if (auto marked = backup::sync_path(mark); !marked) return marked;
  auto given = backup::give_blobs(from + kBlobFolder, blob_writer(config));
  if (!given) return std::move(given).error();
  std::error_code failure;
  if (fs::exists(from + kSecretFile, failure)) {
    auto copied = backup::copy_durably(from + kSecretFile, config.data_dir + kSecretFile);
    if (!copied) return copied;
  }
  const std::string database = config.data_dir + "/chillin.db";
  if (auto copied = backup::copy_durably(from + "/chillin.db", database); !copied) return copied;
  if (end_sessions) {
    if (auto ended = storage::end_snapshot_sessions(database); !ended) return ended;
  }
  if (auto synced = backup::sync_path(config.data_dir); !synced) return synced;
  fs::remove(mark, failure);
  return backup::sync_path(config.data_dir);
}

}  // namespace

int check_backup(const std::string& from) {
  auto checked = usable(from);
  if (!checked) return failed(checked.error());
  const backup::Manifest& m = checked->manifest;
  std::printf("%s is whole: %s storage, schema %d, made by version %s at %s, %zu files.\n", from.c_str(),
              m.kind == backup::Kind::kEmbedded ? "embedded" : "PostgreSQL", m.schema, m.version.c_str(),
              m.created_at.c_str(), m.files);
  return 0;
}

int restore(const Config& config, const std::string& from, bool end_sessions) {
  util::log_setup(std::max(config.log_level, util::LogLevel::kWarn), config.log_format);
  if (config.database.used()) {
    return failed({Code::kInvalid, "the storage is PostgreSQL (" + config.database.describe() +
                                       "): use deploy/backup/restore-postgres"});
  }
  if (auto empty = must_be_empty(config.data_dir); !empty) return failed(empty.error());
  auto checked = usable(from);
  if (!checked) return failed(checked.error());
  if (checked->manifest.kind != backup::Kind::kEmbedded) {
    return failed({Code::kInvalid, "the backup " + from + " is one of PostgreSQL: use deploy/backup/restore-postgres"});
  }
  const auto folder = storage::DataFolder::lock(config.data_dir);
  if (!folder) return failed(folder.error());
  if (auto done = put_in_place(config, from, end_sessions); !done) {
    failed(done.error());
    return failed({Code::kUnavailable, config.data_dir + " holds a part of the backup: empty it before the next try"});
  }
  std::printf("Restored the backup of %s into %s%s\n", checked->manifest.created_at.c_str(), config.data_dir.c_str(),
              end_sessions ? "; everybody has to sign in again" : "");
  return 0;
}

int restore_files(const Config& config, const std::string& folder) {
  util::log_setup(std::max(config.log_level, util::LogLevel::kWarn), config.log_format);
  auto given = backup::give_blobs(folder, blob_writer(config));
  if (!given) return failed(given.error());
  std::printf("%zu files restored.\n", *given);
  return 0;
}

}  // namespace chillin::app
