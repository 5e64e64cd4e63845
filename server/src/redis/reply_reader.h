#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "redis/reply.h"

namespace chillin::redis {

/// Bytes in, replies out; the parsing is hiredis's (its header is seen by reply_reader.cc only). Pure: no socket. Not
/// thread-safe.
class ReplyReader {
 public:
  ReplyReader();
  ~ReplyReader();
  ReplyReader(const ReplyReader&) = delete;
  ReplyReader& operator=(const ReplyReader&) = delete;

  void feed(std::string_view bytes);
  /// The next complete reply; nullopt: more bytes are needed. An error (no RESP, nested deeper than 7, an array of more
  /// than a million) ends the reader: the connection has to be closed.
  [[nodiscard]] util::Result<std::optional<Reply>> next();

 private:
  struct Hiredis;
  std::unique_ptr<Hiredis> impl_;
};

}  // namespace chillin::redis
