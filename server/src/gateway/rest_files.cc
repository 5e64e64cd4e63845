#include "chat/open_blob.h"
#include "chat/store_upload.h"
#include "gateway/rest.h"
#include "util/json_writer.h"

namespace chillin::gateway {

namespace {

// RFC 6266 / 8187: the plain form for old readers, the encoded one for every name.
std::string disposition(std::string_view kind, std::string_view name) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string plain;
  std::string encoded;
  for (const char c : name) {
    const auto u = static_cast<unsigned char>(c);
    const bool safe =
        (u >= '0' && u <= '9') || (u >= 'A' && u <= 'Z') || (u >= 'a' && u <= 'z') || u == '.' || u == '-';
    plain += safe ? c : '_';
    if (safe) {
      encoded += c;
    } else {
      encoded += {'%', kHex[u >> 4U], kHex[u & 15U]};
    }
  }
  return std::string(kind) + "; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
}

// What a browser may show in place; everything else is offered for download, so that nothing in a file runs here.
bool shown_in_place(std::string_view type) {
  return type == "image/png" || type == "image/jpeg" || type == "image/gif" || type == "image/webp" ||
         type.starts_with("video/") || type.starts_with("audio/");
}

util::Task<net::HttpResponse> serve_blob(chat::Service& service, std::string key) {
  auto blob = co_await chat::open_blob(service, std::move(key));
  if (!blob) co_return error_response(blob.error());
  net::HttpResponse response;
  response.headers = {
      {"Content-Type", blob->content_type},
      {"Content-Disposition", disposition(shown_in_place(blob->content_type) ? "inline" : "attachment", blob->name)},
      {"X-Content-Type-Options", "nosniff"},
      {"Content-Security-Policy", "default-src 'none'; sandbox"},
      {"Cross-Origin-Resource-Policy", "cross-origin"},
      {"Cache-Control", "private, max-age=31536000, immutable"}};
  response.body = std::move(blob->bytes);
  co_return response;
}

}  // namespace

void add_file_routes(Router& router, const RestContext& context) {
  chat::Service& service = context.service;

  router.add(
      "POST", "/api/uploads",
      [&service](RestRequest& request) -> util::Task<net::HttpResponse> {
        auto account = co_await require_account(service, request.http);
        if (!account) co_return error_response(account.error());
        const net::QueryParams query(request.http.query());
        chat::StoreUpload command{std::move(*account), std::string(query.get("name").value_or("file")),
                                  request.http.body};
        const auto stored = co_await chat::store_upload(service, std::move(command));
        if (!stored) co_return error_response(stored.error());
        std::string json;
        util::JsonWriter(json)
            .begin_object()
            .field("id", stored->id)
            .field("name", stored->name)
            .field("type", stored->content_type)
            .field("size", stored->size)
            .field("url", stored->url)
            .end_object();
        co_return wrapped(201, "attachment", json);
      },
      chat::kMaxUploadBytes);

  for (const std::string folder : {"uploads", "avatars"}) {
    router.add("GET", "/api/" + folder + "/:id", [&service, folder](RestRequest& request) {
      return serve_blob(service, folder + "/" + request.params["id"]);
    });
  }
}

}  // namespace chillin::gateway
