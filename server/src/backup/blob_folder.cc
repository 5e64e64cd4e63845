#include "backup/blob_folder.h"

#include <filesystem>
#include <set>

#include "backup/checksums.h"
#include "blob/file/blob_file.h"

namespace chillin::backup {

namespace {

using Code = util::Error::Code;
namespace fs = std::filesystem;

constexpr std::string_view kSuffix = ".blob";

std::string path_of(const std::string& folder, const std::string& key) {
  return std::string(folder).append("/").append(key).append(kSuffix);
}

util::Result<std::vector<std::string>> keys_in(const std::string& folder) {
  std::error_code ignored;
  if (!fs::exists(folder, ignored)) return std::vector<std::string>();
  auto files = files_in(folder);
  if (!files) return files;
  std::vector<std::string> keys;
  for (std::string& file : *files) {
    if (!file.ends_with(kSuffix)) continue;
    file.resize(file.size() - kSuffix.size());
    keys.push_back(std::move(file));
  }
  return keys;
}

}  // namespace

util::Result<std::vector<std::string>> fetch_blobs(const std::string& folder, const std::vector<std::string>& keys,
                                                   const ReadBlob& read) {
  auto there = keys_in(folder);
  if (!there) return there;
  std::set<std::string> unwanted(there->begin(), there->end());
  std::vector<std::string> missing;
  for (const std::string& key : std::set<std::string>(keys.begin(), keys.end())) {
    if (!chat::valid_blob_key(key)) return util::Error{Code::kInvalid, "'" + key + "' is no key of a file", false};
    if (unwanted.erase(key) > 0) continue;
    auto blob = read(key);
    if (!blob) return std::move(blob).error();
    if (!*blob) {
      missing.push_back(key);
    } else if (auto written = blob::write_blob_file(path_of(folder, key), **blob); !written) {
      return std::move(written).error();
    }
  }
  for (const std::string& key : unwanted) {
    if (auto removed = blob::remove_blob_file(path_of(folder, key)); !removed) return std::move(removed).error();
  }
  return missing;
}

util::Result<std::size_t> give_blobs(const std::string& folder, const WriteBlob& write) {
  auto keys = keys_in(folder);
  if (!keys) return std::move(keys).error();
  for (const std::string& key : *keys) {
    auto blob = blob::read_blob_file(path_of(folder, key));
    if (!blob) return std::move(blob).error();
    if (!*blob) continue;
    if (auto written = write(key, *std::move(*blob)); !written) return std::move(written).error();
  }
  return keys->size();
}

}  // namespace chillin::backup
