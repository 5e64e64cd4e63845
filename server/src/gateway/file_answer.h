#pragma once

#include <cstdint>
#include <string>

#include "chat/service.h"
#include "net/http.h"
#include "util/task.h"

namespace chillin::gateway {

/// A file that may be read, and how it is shown.
struct ServedFile {
  std::string key;  ///< of the BlobStore
  std::string content_type;
  std::string disposition;  ///< Content-Disposition
  std::int64_t size = 0;    ///< bytes
};

/// Headers of everything that people uploaded: nothing in it runs, whatever it is taken for.
[[nodiscard]] net::HttpHeaders file_headers(std::string_view content_type, std::string_view disposition);

/// The file or the part of it that `request` asks for: 200, 206, 416, or 304 where the browser has it; the refusal of
/// the store. A file of a key never changes.
[[nodiscard]] util::Task<net::HttpResponse> answer_file(chat::Service& service, const net::HttpRequest& request,
                                                        ServedFile file);

}  // namespace chillin::gateway
