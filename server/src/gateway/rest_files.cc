#include "chat/complete_upload.h"
#include "chat/content_type.h"
#include "chat/open_blob.h"
#include "chat/open_upload.h"
#include "chat/request_upload.h"
#include "chat/signed_files.h"
#include "chat/store_upload.h"
#include "chat/uploads.h"
#include "gateway/file_answer.h"
#include "gateway/file_cookie.h"
#include "gateway/json_in.h"
#include "gateway/rest.h"
#include "util/json_writer.h"

namespace chillin::gateway {

namespace {

net::HttpResponse attachment_response(int status, const chat::Attachment& attachment) {
  std::string json;
  util::JsonWriter(json)
      .begin_object()
      .field("id", attachment.id)
      .field("name", attachment.name)
      .field("type", attachment.content_type)
      .field("size", attachment.size)
      .field("url", attachment.url)
      .end_object();
  return wrapped(status, "attachment", json);
}

net::HttpResponse ticket_response(const chat::UploadTicket& ticket) {
  std::string json;
  util::JsonWriter w(json);
  w.begin_object().field("id", ticket.id).field("method", ticket.request.method).field("url", ticket.request.url);
  w.key("headers").begin_object();
  for (const auto& [name, value] : ticket.request.headers) w.field(name, value);
  w.end_object().field("expiresAt", util::iso8601(ticket.request.expires)).end_object();
  return wrapped(201, "upload", json);
}

/// A JSON body without `?name=` describes a file; everything else is one.
bool only_asks(const net::HttpRequest& request) {
  return request.header("content-type").starts_with("application/json") &&
         !net::QueryParams(request.query()).get("name");
}

util::Task<net::HttpResponse> ask_for_upload(chat::Service& service, chat::Account account,
                                             const net::HttpRequest& request) {
  static constexpr std::size_t kMaxBody = 4096;
  const auto body = request.body.size() <= kMaxBody ? parse_body(request.body) : std::nullopt;
  if (!body) {
    co_return error_response(chat::refuse(chat::ErrorCode::kInvalidPayload, "The body must be a small JSON object."));
  }
  FieldReader fields(&*body);
  chat::RequestUpload command{std::move(account), fields.text_or("name", "file"), fields.text_or("type", ""),
                              fields.integer("size")};
  if (fields.error()) co_return error_response(*fields.error());
  const auto ticket = co_await chat::request_upload(service, std::move(command));
  if (!ticket) co_return error_response(ticket.error());
  co_return ticket_response(*ticket);
}

util::Task<net::HttpResponse> begin_upload(chat::Service& service, RestRequest& request) {
  auto account = co_await require_account(service, request.http);
  if (!account) co_return error_response(account.error());
  if (only_asks(request.http)) co_return co_await ask_for_upload(service, std::move(*account), request.http);
  const net::QueryParams query(request.http.query());
  chat::StoreUpload command{std::move(*account), std::string(query.get("name").value_or("file")), request.http.body};
  const auto stored = co_await chat::store_upload(service, std::move(command));
  if (!stored) co_return error_response(stored.error());
  co_return attachment_response(201, *stored);
}

util::Task<net::HttpResponse> complete_upload(chat::Service& service, RestRequest& request) {
  auto account = co_await require_account(service, request.http);
  if (!account) co_return error_response(account.error());
  const auto attachment = co_await chat::complete_upload(service, std::move(*account), request.params["id"]);
  if (!attachment) co_return error_response(attachment.error());
  co_return attachment_response(200, *attachment);
}

/// To the store itself, for downloads only: a page may show pictures of its own origin, and no other.
net::HttpResponse redirect_to_store(chat::Service& service, chat::GetPermit permit) {
  static constexpr util::Millis kSignedFor{5 * 60 * 1000};
  net::HttpResponse response;
  response.status = 302;
  response.headers = {{"Location", service.blobs.sign(permit, service.clock.wall(), kSignedFor).url},
                      {"Cache-Control", "private, max-age=120"}};
  return response;
}

util::Task<net::HttpResponse> serve_upload(chat::Service& service, RestRequest& request) {
  auto reader = co_await file_reader(service, request.http);
  if (!reader) co_return error_response(reader.error());
  auto upload = co_await chat::open_upload(service, *std::move(reader), request.params["id"]);
  if (!upload) co_return error_response(upload.error());
  std::string disposition = chat::content_disposition(upload->content_type, upload->name);
  std::string key = chat::upload_key(upload->id);
  if (service.blobs.serves_downloads() && !chat::is_shown_in_place(upload->content_type)) {
    co_return redirect_to_store(service, {std::move(key), std::move(upload->content_type), std::move(disposition)});
  }
  ServedFile file{std::move(key), std::move(upload->content_type), std::move(disposition), upload->size};
  co_return co_await answer_file(service, request.http, std::move(file));
}

util::Task<net::HttpResponse> serve_avatar(chat::Service& service, RestRequest& request) {
  auto blob = co_await chat::open_avatar(service, request.params["id"]);
  if (!blob) co_return error_response(blob.error());
  net::HttpResponse response;
  response.headers = file_headers(blob->content_type, chat::content_disposition(blob->content_type, blob->name));
  response.body = std::move(blob->bytes);
  co_return response;
}

util::Task<net::HttpResponse> put_signed(chat::Service& service, RestRequest& request) {
  chat::SignedPut put{request.http.target, std::string(request.http.header("content-type")), request.http.body};
  const auto stored = co_await chat::put_signed(service, std::move(put));
  if (!stored) co_return error_response(stored.error());
  co_return net::HttpResponse{};
}

util::Task<net::HttpResponse> get_signed(chat::Service& service, RestRequest& request) {
  auto permit = chat::check_signed_get(service, request.http.target);
  if (!permit) co_return error_response(permit.error());
  auto info = co_await service.blobs.info(permit->key);
  if (!info) co_return error_response(info.error());
  ServedFile file{std::move(permit->key), std::move(permit->content_type), std::move(permit->disposition), info->size};
  co_return co_await answer_file(service, request.http, std::move(file));
}

}  // namespace

void add_file_routes(Router& router, const RestContext& context) {
  chat::Service& service = context.service;
  const auto max_bytes = static_cast<std::size_t>(service.settings.max_upload_bytes);

  router.add("POST", "/api/uploads", [&service](RestRequest& r) { return begin_upload(service, r); }, max_bytes);
  router.add("POST", "/api/uploads/:id/complete", [&service](RestRequest& r) { return complete_upload(service, r); });
  router.add("GET", "/api/uploads/:id", [&service](RestRequest& r) { return serve_upload(service, r); });
  router.add("GET", "/api/avatars/:id", [&service](RestRequest& r) { return serve_avatar(service, r); });
  router.add("PUT", "/api/files/*", [&service](RestRequest& r) { return put_signed(service, r); }, max_bytes);
  router.add("GET", "/api/files/*", [&service](RestRequest& r) { return get_signed(service, r); });
}

}  // namespace chillin::gateway
