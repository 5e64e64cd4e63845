#include "backup/manifest.h"

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <iterator>

#include "backup/checksums.h"
#include "util/json_writer.h"

namespace chillin::backup {

namespace {

using Code = util::Error::Code;
namespace json = boost::json;

constexpr std::int64_t kFormat = 1;
constexpr const char* kFile = "manifest.json";

std::int64_t number(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_int64() ? value->get_int64() : -1;
}

std::string text(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(std::string_view(value->get_string())) : std::string();
}

util::Result<Manifest> read_manifest(const std::string& folder) {
  std::ifstream in(folder + "/" + kFile, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  boost::system::error_code failure;
  const json::value parsed = json::parse(bytes, failure);
  const util::Error unreadable{Code::kInvalid, "the backup " + folder + " is damaged: " + kFile + " is none of ours",
                               false};
  if (failure || !parsed.is_object()) return unreadable;
  const json::object& object = parsed.get_object();
  if (number(object, "format") > kFormat) {
    return util::Error{Code::kInvalid,
                       "the backup " + folder + " has a newer form than this program knows: use version " +
                           text(object, "version") + " or newer",
                       false};
  }
  const std::string storage = text(object, "storage");
  const bool known = storage == "embedded" || storage == "postgres";
  if (number(object, "format") != kFormat || !known || number(object, "schema") < 1 || number(object, "files") < 1) {
    return unreadable;
  }
  return Manifest{storage == "embedded" ? Kind::kEmbedded : Kind::kPostgres, static_cast<int>(number(object, "schema")),
                  text(object, "version"), text(object, "createdAt"),
                  static_cast<std::size_t>(number(object, "files"))};
}

}  // namespace

util::Status<> seal(const std::string& folder, Manifest manifest) {
  auto files = files_in(folder);
  if (!files) return std::move(files).error();
  std::string out;
  util::JsonWriter(out)
      .begin_object()
      .field("format", kFormat)
      .field("storage", manifest.kind == Kind::kEmbedded ? "embedded" : "postgres")
      .field("schema", manifest.schema)
      .field("version", manifest.version)
      .field("createdAt", manifest.created_at)
      .field("files", files->size())
      .end_object();
  const std::string path = folder + "/" + kFile;
  std::ofstream file(path, std::ios::binary);
  file << out << '\n';
  file.close();
  if (!file) return util::Error{Code::kUnavailable, "writing " + path + " failed", true};
  if (auto synced = sync_path(path); !synced) return synced;
  return write_checksums(folder);
}

util::Result<Checked> check(const std::string& folder) {
  auto files = check_checksums(folder);
  if (!files) return std::move(files).error();
  const auto incomplete = [&](const std::string& why) {
    return util::Error{Code::kInvalid, "the backup " + folder + " is damaged: " + why, false};
  };
  if (std::find(files->begin(), files->end(), kFile) == files->end()) return incomplete("manifest.json is missing");
  auto manifest = read_manifest(folder);
  if (!manifest) return std::move(manifest).error();
  // A list that was cut off between two lines is in order as far as it goes.
  if (files->size() != manifest->files + 1) return incomplete("SHA256SUMS is cut off");
  return Checked{*std::move(manifest), *std::move(files)};
}

}  // namespace chillin::backup
