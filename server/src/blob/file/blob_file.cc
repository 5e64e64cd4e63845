#include "blob/file/blob_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <limits>

#include "util/crypto.h"
#include "util/json_writer.h"

namespace chillin::blob {

namespace {

using Code = util::Error::Code;
namespace fs = std::filesystem;

constexpr const char* kTemporary = ".part";
constexpr std::size_t kMaxHeader = 16'384;  // a name and a content type, escaped

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int fd() const noexcept { return fd_; }

 private:
  int fd_;
};

util::Error failed(const std::string& doing, const std::string& path, int code) {
  const bool full = code == ENOSPC || code == EDQUOT;
  return {Code::kUnavailable, doing + " " + path + ": " + (full ? "the disk is full" : std::strerror(code)), true};
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool sync_folder(const std::string& folder) {
  const File file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return file.fd() >= 0 && ::fsync(file.fd()) == 0;
}

std::string header_of(const chat::Blob& blob) {
  std::string out;
  util::JsonWriter(out)
      .begin_object()
      .field("contentType", blob.content_type)
      .field("name", blob.name)
      .field("size", blob.bytes.size())
      .end_object();
  out += '\n';
  return out;
}

std::string text_of(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(std::string_view(value->get_string())) : std::string();
}

struct Header {
  chat::BlobInfo info;
  std::size_t length = 0;  // of the line, its end included
};

std::optional<Header> parse_header(std::string_view content) {
  const auto line = content.find('\n');
  if (line == std::string_view::npos) return std::nullopt;
  boost::system::error_code failure;
  const auto header = boost::json::parse(content.substr(0, line), failure);
  if (failure || !header.is_object()) return std::nullopt;
  const auto* size = header.get_object().if_contains("size");
  if (size == nullptr || !size->is_int64()) return std::nullopt;
  return Header{{text_of(header.get_object(), "contentType"), text_of(header.get_object(), "name"), size->get_int64()},
                line + 1};
}

struct Content {
  std::string bytes;
  std::size_t file_size = 0;
};

// At most `most` bytes from `first` on; nullopt if there is no such file.
util::Result<std::optional<Content>> read_file(const std::string& path, std::size_t first, std::size_t most) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.fd() < 0) {
    if (errno == ENOENT) return std::optional<Content>();
    return failed("reading", path, errno);
  }
  struct stat info{};
  if (::fstat(file.fd(), &info) != 0) return failed("reading", path, errno);
  Content content{{}, static_cast<std::size_t>(info.st_size)};
  content.bytes.resize(std::min(most, content.file_size - std::min(first, content.file_size)));
  std::size_t have = 0;
  while (have < content.bytes.size()) {
    const ssize_t n =
        ::pread(file.fd(), content.bytes.data() + have, content.bytes.size() - have, static_cast<off_t>(first + have));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed("reading", path, errno);
    if (n == 0) break;
    have += static_cast<std::size_t>(n);
  }
  content.bytes.resize(have);
  return std::optional(std::move(content));
}

util::Error damaged(const std::string& path) {
  return {Code::kInternal, "reading " + path + ": the file is damaged"};
}

bool whole(const Header& header, const Content& content) {
  return static_cast<std::uint64_t>(header.info.size) == content.file_size - header.length;
}

util::Result<std::optional<Header>> read_header(const std::string& path) {
  auto content = read_file(path, 0, kMaxHeader);
  if (!content) return std::move(content).error();
  if (!*content) return std::optional<Header>();
  auto header = parse_header((*content)->bytes);
  if (!header || !whole(*header, **content)) return damaged(path);
  return header;
}

}  // namespace

util::Status<> write_blob_file(const std::string& path, const chat::Blob& blob) {
  const std::string header = header_of(blob);
  if (header.size() > kMaxHeader) return util::Error{Code::kTooLarge, "writing " + path + ": its name is too long"};
  const std::string folder = fs::path(path).parent_path();
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) return failed("making", folder, failure.value());
  const std::string temporary = path + "." + util::random_id(8) + kTemporary;
  {
    const File file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (file.fd() < 0) return failed("writing", path, errno);
    if (!write_all(file.fd(), header) || !write_all(file.fd(), blob.bytes) || ::fsync(file.fd()) != 0) {
      const int code = errno;
      ::unlink(temporary.c_str());
      return failed("writing", path, code);
    }
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0 || !sync_folder(folder)) {
    const int code = errno;
    ::unlink(temporary.c_str());
    return failed("writing", path, code);
  }
  return util::Ok{};
}

util::Result<std::optional<chat::Blob>> read_blob_file(const std::string& path) {
  auto content = read_file(path, 0, std::numeric_limits<std::size_t>::max());
  if (!content) return std::move(content).error();
  if (!*content) return std::optional<chat::Blob>();
  auto header = parse_header((*content)->bytes);
  if (!header || !whole(*header, **content) || (*content)->bytes.size() != (*content)->file_size) return damaged(path);
  std::string bytes = std::move((*content)->bytes);
  bytes.erase(0, header->length);
  return std::optional(
      chat::Blob{std::move(header->info.content_type), std::move(header->info.name), std::move(bytes)});
}

util::Result<std::optional<chat::BlobInfo>> read_blob_header(const std::string& path) {
  auto header = read_header(path);
  if (!header) return std::move(header).error();
  if (!*header) return std::optional<chat::BlobInfo>();
  return std::optional(std::move((*header)->info));
}

util::Result<std::optional<std::string>> read_blob_part(const std::string& path, std::int64_t first,
                                                        std::int64_t length) {
  // A blob is replaced as a whole: between the two reads it may become another one, whose header is as long or not. The
  // chat never overwrites one that is read in parts.
  auto header = read_header(path);
  if (!header) return std::move(header).error();
  if (!*header) return std::optional<std::string>();
  auto content = read_file(path, (*header)->length + static_cast<std::size_t>(first), static_cast<std::size_t>(length));
  if (!content) return std::move(content).error();
  if (!*content) return std::optional<std::string>();
  return std::optional(std::move((*content)->bytes));
}

util::Result<bool> move_blob_file(const std::string& from, const std::string& to) {
  const std::string folder = fs::path(to).parent_path();
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) return failed("making", folder, failure.value());
  if (::rename(from.c_str(), to.c_str()) != 0) {
    if (errno == ENOENT) return false;
    return failed("moving", from, errno);
  }
  if (!sync_folder(folder)) return failed("moving", from, errno);
  return true;
}

util::Status<> remove_blob_file(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failed("removing", path, errno);
  return util::Ok{};
}

void remove_leftovers(const std::string& folder) {
  std::error_code failure;
  for (fs::recursive_directory_iterator it(folder, failure), end; !failure && it != end; it.increment(failure)) {
    std::error_code ignored;
    if (it->path().extension() == kTemporary) fs::remove(it->path(), ignored);
  }
}

}  // namespace chillin::blob
