#include "net/http_response.h"

#include <array>
#include <charconv>
#include <ctime>

#include "util/json_writer.h"

namespace chillin::net {

namespace {

struct KnownStatus {
  int status;
  std::string_view reason;
  std::string_view code;      ///< of an error this module answers by itself
  std::string_view sentence;  ///< likewise
};

constexpr std::array kStatuses = {
    KnownStatus{101, "Switching Protocols", "", ""},
    KnownStatus{200, "OK", "", ""},
    KnownStatus{201, "Created", "", ""},
    KnownStatus{202, "Accepted", "", ""},
    KnownStatus{204, "No Content", "", ""},
    KnownStatus{206, "Partial Content", "", ""},
    KnownStatus{301, "Moved Permanently", "", ""},
    KnownStatus{302, "Found", "", ""},
    KnownStatus{303, "See Other", "", ""},
    KnownStatus{304, "Not Modified", "", ""},
    KnownStatus{307, "Temporary Redirect", "", ""},
    KnownStatus{308, "Permanent Redirect", "", ""},
    KnownStatus{400, "Bad Request", "BAD_REQUEST", "The request is not valid HTTP."},
    KnownStatus{401, "Unauthorized", "", ""},
    KnownStatus{403, "Forbidden", "", ""},
    KnownStatus{404, "Not Found", "", ""},
    KnownStatus{405, "Method Not Allowed", "", ""},
    KnownStatus{406, "Not Acceptable", "", ""},
    KnownStatus{408, "Request Timeout", "REQUEST_TIMEOUT", "The request took too long to arrive."},
    KnownStatus{409, "Conflict", "", ""},
    KnownStatus{410, "Gone", "", ""},
    KnownStatus{411, "Length Required", "", ""},
    KnownStatus{412, "Precondition Failed", "", ""},
    KnownStatus{413, "Content Too Large", "PAYLOAD_TOO_LARGE", "The request's body is too large."},
    KnownStatus{415, "Unsupported Media Type", "", ""},
    KnownStatus{416, "Range Not Satisfiable", "", ""},
    KnownStatus{422, "Unprocessable Content", "", ""},
    KnownStatus{426, "Upgrade Required", "UPGRADE_REQUIRED", "WebSocket version 13 is required."},
    KnownStatus{429, "Too Many Requests", "", ""},
    KnownStatus{431, "Request Header Fields Too Large", "HEADERS_TOO_LARGE", "The request's headers are too large."},
    KnownStatus{500, "Internal Server Error", "INTERNAL", "Something went wrong on the server."},
    KnownStatus{501, "Not Implemented", "", ""},
    KnownStatus{502, "Bad Gateway", "", ""},
    KnownStatus{503, "Service Unavailable", "UNAVAILABLE", "The server is full; try again later."},
    KnownStatus{504, "Gateway Timeout", "", ""},
};

const KnownStatus* find_status(int status) noexcept {
  for (const auto& known : kStatuses) {
    if (known.status == status) return &known;
  }
  return nullptr;
}

void append_number(std::string& out, std::size_t value) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

bool safe_in_header(std::string_view text) noexcept {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

}  // namespace

std::string_view reason_phrase(int status) noexcept {
  const KnownStatus* known = find_status(status);
  return known != nullptr ? known->reason : "Unknown";
}

bool bodiless(int status) noexcept {
  return status < 200 || status == 204 || status == 304;
}

std::string_view http_date() {
  thread_local std::time_t formatted = 0;
  thread_local char text[32] = "";
  thread_local std::size_t size = 0;
  const std::time_t now = std::time(nullptr);
  if (now != formatted) {
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    // The names of days and months are fixed by the RFC; the program never sets another locale than "C".
    size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
    formatted = now;
  }
  return {text, size};
}

std::string response_head(const HttpResponse& response, const ResponseFraming& framing) {
  std::string out;
  out.reserve(256);
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(response.status));
  out += ' ';
  out += reason_phrase(response.status);
  out += "\r\n";
  for (const auto& [name, value] : response.headers) {
    if (!safe_in_header(name) || !safe_in_header(value)) continue;
    out.append(name).append(": ").append(value).append("\r\n");
  }
  if (!bodiless(response.status)) {
    out += "Content-Length: ";
    append_number(out, response.body.size());
    out += "\r\n";
  }
  out.append("Date: ").append(http_date()).append("\r\n");
  if (response.status != 101) out += framing.keep_alive ? "Connection: keep-alive\r\n" : "Connection: close\r\n";
  out += "\r\n";
  return out;
}

HttpResponse json_error(int status) {
  const KnownStatus* known = find_status(status);
  HttpResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json; charset=utf-8"}};
  util::JsonWriter(response.body)
      .begin_object()
      .field("error", known != nullptr ? known->sentence : std::string_view())
      .field("code", known != nullptr ? known->code : std::string_view())
      .end_object();
  return response;
}

}  // namespace chillin::net
