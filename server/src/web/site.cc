#include "web/site.h"

#include <string>
#include <utility>

#include "web/negotiation.h"
#include "web/paths.h"

namespace chillin::web {

namespace {

// media-src: what people upload (/api/uploads), and what they are about to (blob:).
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

constexpr std::string_view kPermissionsPolicy =
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=(), xr-spatial-tracking=()";

constexpr std::string_view kForGood = "public, max-age=31536000, immutable";
constexpr std::string_view kAskEachTime = "no-cache";
constexpr std::string_view kHashCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kMinHash = 8;

// In the form of the REST routes, because programs that mistook an address come here too.
net::HttpResponse refusal(int status, std::string_view sentence, std::string_view code) {
  net::HttpResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json; charset=utf-8"}, {"Cache-Control", "no-store"}};
  add_security_headers(response.headers);
  response.body.append(R"({"error":")").append(sentence).append(R"(","code":")").append(code).append("\"}");
  return response;
}

net::HttpResponse not_found() {
  return refusal(404, "There is nothing at this address.", "NOT_FOUND");
}

}  // namespace

void add_security_headers(net::HttpHeaders& headers) {
  headers.emplace_back("Content-Security-Policy", kContentSecurityPolicy);
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  // The names of rooms stand in addresses, and a private room's name is nobody else's business.
  headers.emplace_back("Referrer-Policy", "same-origin");
  headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  headers.emplace_back("Permissions-Policy", kPermissionsPolicy);
}

bool has_hashed_name(std::string_view path) noexcept {
  if (!path.starts_with("assets/")) return false;
  const auto dot = path.rfind('.');
  if (dot == std::string_view::npos) return false;
  // The hash is of base64url, so it may hold dashes itself: what counts is that enough stands behind the first one.
  const auto stem = path.substr(0, dot);
  const auto tail = stem.substr(stem.find_last_not_of(kHashCharacters) + 1);
  const auto dash = tail.find('-');
  return dash != std::string_view::npos && tail.size() - dash - 1 >= kMinHash;
}

Site::Site(Archive archive) : archive_(archive.empty() ? Archive::placeholder() : std::move(archive)) {}

bool Site::handles(const net::HttpRequest& request) {
  return kind_of_path(request.path()).kind != PathKind::kServer;
}

net::HttpResponse Site::answer(const net::HttpRequest& request) const {
  const ClientPath path = kind_of_path(request.path());
  if (path.kind == PathKind::kServer || path.kind == PathKind::kInvalid) return not_found();
  const File* file = archive_.find(path.file);
  const bool immutable = file != nullptr && has_hashed_name(path.file);
  if (file == nullptr && path.kind == PathKind::kPage) file = archive_.find("index.html");
  // Never index.html in place of a file: an old page that asks for a script which is gone must fail, not run HTML.
  if (file == nullptr) return not_found();
  if (request.method != "GET" && request.method != "HEAD") {
    auto response = refusal(405, "This address does not take that method.", "INVALID_PAYLOAD");
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
  }
  return serve(request, *file, immutable);
}

net::HttpResponse Site::serve(const net::HttpRequest& request, const File& file, bool immutable) const {
  const Coding coding = choose_coding(request.header("accept-encoding"), !file.gzip.empty(), !file.brotli.empty());
  // A strong ETag stands for the very bytes, so each coding has its own.
  std::string etag = "\"" + std::string(file.etag);
  if (coding == Coding::kGzip) etag += "-gzip";
  if (coding == Coding::kBrotli) etag += "-br";
  etag += '"';

  net::HttpResponse response;
  const bool unchanged = etag_matches(request.header("if-none-match"), etag);
  response.headers = {{"ETag", std::move(etag)},
                      {"Cache-Control", std::string(immutable ? kForGood : kAskEachTime)},
                      {"Vary", "Accept-Encoding"}};
  add_security_headers(response.headers);
  if (unchanged) {
    response.status = 304;
    return response;
  }
  response.headers.emplace_back("Content-Type", file.content_type);
  switch (coding) {
    case Coding::kIdentity:
      response.body = file.identity;
      break;
    case Coding::kGzip:
      response.headers.emplace_back("Content-Encoding", "gzip");
      response.body = file.gzip;
      break;
    case Coding::kBrotli:
      response.headers.emplace_back("Content-Encoding", "br");
      response.body = file.brotli;
      break;
  }
  return response;
}

}  // namespace chillin::web
