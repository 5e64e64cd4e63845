#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "util/crypto.h"

namespace chillin::test {

/// A folder of files of the earlier version, each `{}` until it is written; gone at the end.
class LegacyFolder {
 public:
  LegacyFolder() {
    std::filesystem::create_directories(path);
    for (const char* name : {"users.json", "rooms.json", "messages.json"}) write(name, "{}");
  }
  ~LegacyFolder() { std::filesystem::remove_all(path); }
  LegacyFolder(const LegacyFolder&) = delete;
  LegacyFolder& operator=(const LegacyFolder&) = delete;

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path + "/" + name, std::ios::binary) << text;
  }

  const std::string path =
      (std::filesystem::temp_directory_path() / ("chillin-legacy-" + util::random_id(12))).string();
};

}  // namespace chillin::test
