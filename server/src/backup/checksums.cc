#include "backup/checksums.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>

#include "util/text.h"

namespace chillin::backup {

namespace {

using Code = util::Error::Code;
namespace fs = std::filesystem;

constexpr const char* kList = "SHA256SUMS";
constexpr std::size_t kHexDigits = 64;

util::Error failed(const std::string& doing, const std::string& path, int code) {
  return {Code::kUnavailable, doing + " " + path + ": " + std::strerror(code), true};
}

util::Error damaged(const std::string& folder, const std::string& why) {
  return {Code::kInvalid, "the backup " + folder + " is damaged: " + why, false};
}

}  // namespace

util::Result<std::vector<std::string>> files_in(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code failure;
  for (fs::recursive_directory_iterator it(folder, failure), end; !failure && it != end; it.increment(failure)) {
    if (!it->is_regular_file()) continue;
    std::string path = it->path().lexically_relative(folder).string();
    if (path != kList) out.push_back(std::move(path));
  }
  if (failure) return failed("reading", folder, failure.value());
  std::sort(out.begin(), out.end());
  return out;
}

util::Result<std::string> checksum_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return failed("reading", path, errno);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  bool good = hash && EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr) == 1;
  std::vector<char> buffer(std::size_t{1} << 20);
  while (good && in) {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    good = EVP_DigestUpdate(hash.get(), buffer.data(), static_cast<std::size_t>(in.gcount())) == 1;
  }
  if (in.bad()) return failed("reading", path, EIO);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (!good || EVP_DigestFinal_ex(hash.get(), digest.data(), &size) != 1) {
    return util::Error{Code::kInternal, "SHA-256 is not available", false};
  }
  return util::hex_encode({reinterpret_cast<const char*>(digest.data()), size});
}

util::Status<> write_checksums(const std::string& folder) {
  auto files = files_in(folder);
  if (!files) return std::move(files).error();
  const std::string list = folder + "/" + kList;
  std::ofstream out(list, std::ios::binary);
  for (const std::string& file : *files) {
    auto sum = checksum_of(folder + "/" + file);
    if (!sum) return std::move(sum).error();
    out << *sum << "  " << file << '\n';
  }
  out.close();
  if (!out) return failed("writing", list, errno == 0 ? EIO : errno);
  if (auto synced = sync_path(list); !synced) return synced;
  return sync_path(folder);
}

util::Result<std::vector<std::string>> check_checksums(const std::string& folder) {
  std::ifstream in(folder + "/" + kList, std::ios::binary);
  if (!in) {
    return util::Error{Code::kInvalid, folder + " is no backup, or one that was never finished: it has no " + kList,
                       false};
  }
  std::vector<std::string> files;
  for (std::string line; std::getline(in, line);) {
    const bool plain = line.size() > kHexDigits + 2 && line.compare(kHexDigits, 2, "  ") == 0;
    std::string file = plain ? fs::path(line.substr(kHexDigits + 2)).lexically_normal().string() : std::string();
    // Nobody's list makes us write outside the data folder.
    if (file.empty() || file.front() == '/' || file.starts_with("..")) {
      return damaged(folder, std::string(kList) + " is not as it was written");
    }
    std::error_code ignored;
    if (!fs::is_regular_file(folder + "/" + file, ignored)) return damaged(folder, file + " is missing");
    auto sum = checksum_of(folder + "/" + file);
    if (!sum) return std::move(sum).error();
    if (line.compare(0, kHexDigits, *sum) != 0) return damaged(folder, file + " is not as it was written");
    files.push_back(std::move(file));
  }
  return files;
}

util::Status<> sync_path(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return failed("opening", path, errno);
  const int code = ::fsync(fd) == 0 ? 0 : errno;
  ::close(fd);
  if (code != 0) return failed("writing", path, code);
  return util::Ok{};
}

util::Status<> copy_durably(const std::string& from, const std::string& to) {
  std::error_code failure;
  fs::create_directories(fs::path(to).parent_path(), failure);
  if (failure) return failed("making the folder of", to, failure.value());
  fs::copy_file(from, to, fs::copy_options::none, failure);
  if (failure) return failed("copying " + from + " to", to, failure.value());
  fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write, failure);
  if (failure) return failed("writing", to, failure.value());
  return sync_path(to);
}

}  // namespace chillin::backup
