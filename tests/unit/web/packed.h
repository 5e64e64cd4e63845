#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chillin::web {

/// One file as scripts/pack-client.mjs writes it.
struct PackedFile {
  std::string path;
  std::string content_type;
  std::string etag;
  std::string identity;
  std::string gzip;
  std::string brotli;
};

inline std::string packed(const std::vector<PackedFile>& files) {
  std::string out = "CHILWEB1";
  const auto number = [&out](std::size_t value) {
    for (int i = 0; i < 4; ++i) out += static_cast<char>(value >> (8 * i) & 0xffU);
  };
  number(files.size());
  for (const auto& f : files) {
    for (const auto* part : {&f.path, &f.content_type, &f.etag, &f.identity, &f.gzip, &f.brotli}) number(part->size());
  }
  for (const auto& f : files) {
    for (const auto* part : {&f.path, &f.content_type, &f.etag, &f.identity, &f.gzip, &f.brotli}) out += *part;
  }
  return out;
}

/// A client as small as one can be: a page, a script in all codings, a worker and a picture that nothing makes smaller.
inline const std::string& small_client() {
  static const std::string bytes = packed({
      {"index.html", "text/html; charset=utf-8", "page", "<html>", "", ""},
      {"assets/index-Bk3xP9aQ.js", "text/javascript; charset=utf-8", "script", "let a;", "GZIP", "BR"},
      {"assets/plain.js", "text/javascript; charset=utf-8", "plain", "let b;", "", ""},
      {"sw.js", "text/javascript; charset=utf-8", "worker", "onfetch", "GZIPPED", ""},
      {"icons/icon.png", "image/png", "icon", std::string("\x89PNG\0\n", 6), "", ""},
  });
  return bytes;
}

}  // namespace chillin::web
