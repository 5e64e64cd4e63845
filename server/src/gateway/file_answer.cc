#include "gateway/file_answer.h"

#include <utility>

#include "gateway/byte_range.h"
#include "gateway/router.h"

namespace chillin::gateway {

net::HttpHeaders file_headers(std::string_view content_type, std::string_view disposition) {
  return {{"Content-Type", std::string(content_type)},
          {"Content-Disposition", std::string(disposition)},
          {"X-Content-Type-Options", "nosniff"},
          {"Content-Security-Policy", "default-src 'none'; sandbox"},
          {"Cross-Origin-Resource-Policy", "cross-origin"},
          {"Cache-Control", "private, max-age=31536000, immutable"}};
}

util::Task<net::HttpResponse> answer_file(chat::Service& service, const net::HttpRequest& request, ServedFile file) {
  const std::string etag = "\"" + file.key.substr(file.key.rfind('/') + 1) + "\"";
  net::HttpResponse response;
  response.headers = file_headers(file.content_type, file.disposition);
  response.headers.emplace_back("ETag", etag);
  response.headers.emplace_back("Accept-Ranges", "bytes");
  if (request.header("if-none-match") == etag) {
    response.status = 304;
    co_return response;
  }
  // A part of another file than the browser has the rest of is of no use to it.
  const std::string_view condition = request.header("if-range");
  const bool in_parts = condition.empty() || condition == etag;
  const ByteRange range = parse_range(in_parts ? request.header("range") : std::string_view(), file.size);
  if (range.kind == ByteRange::Kind::kUnsatisfiable) {
    response.status = 416;
    response.headers.emplace_back("Content-Range", "bytes */" + std::to_string(file.size));
    co_return response;
  }
  std::int64_t first = 0;
  std::int64_t length = file.size;
  if (range.kind == ByteRange::Kind::kPart) {
    first = range.first;
    length = range.last - range.first + 1;
    response.status = 206;
    response.headers.emplace_back("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                                       std::to_string(range.last) + "/" + std::to_string(file.size));
  }
  auto bytes = co_await service.blobs.read(std::move(file.key), first, length);
  if (!bytes) co_return error_response(bytes.error());
  response.body = *std::move(bytes);
  co_return response;
}

}  // namespace chillin::gateway
