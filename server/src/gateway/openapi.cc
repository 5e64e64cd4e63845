#include "gateway/openapi.h"

#include <array>

#include "util/json_writer.h"

namespace chillin::gateway {

namespace {

struct Operation {
  std::string_view path;
  std::string_view method;
  std::string_view summary;
  std::string_view security;  ///< "" none, "optional", "required"
  std::string_view request;   ///< schema of the body, or ""
  std::string_view media;     ///< of the body
  int status;
  std::string_view response;  ///< schema of the answer; empty: it has no body
};

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kAny = "application/octet-stream";

constexpr std::string_view kSignedIn =
    R"({"type":"object","properties":{"user":{"$ref":"#/components/schemas/User"},"token":{"type":"string"}}})";
constexpr std::string_view kUser = R"({"type":"object","properties":{"user":{"$ref":"#/components/schemas/User"}}})";
constexpr std::string_view kRoom = R"({"type":"object","properties":{"room":{"$ref":"#/components/schemas/Room"}}})";
constexpr std::string_view kRooms =
    R"({"type":"object","properties":{"rooms":{"type":"array","items":{"$ref":"#/components/schemas/Room"}}}})";
constexpr std::string_view kMessages =
    R"({"type":"object","properties":{"messages":{"type":"array","items":{"$ref":"#/components/schemas/Message"}},"hasMore":{"type":"boolean"}}})";
constexpr std::string_view kMessagePage =
    R"({"type":"object","properties":{"messages":{"type":"array","items":{"$ref":"#/components/schemas/Message"}},"seq":{"type":"integer"},"hasMore":{"type":"boolean"}}})";
constexpr std::string_view kMyRooms =
    R"({"type":"object","properties":{"rooms":{"type":"array","items":{"type":"object","properties":{"room":{"$ref":"#/components/schemas/Room"},"seq":{"type":"integer"},"readSeq":{"type":"integer"}}}}}})";
constexpr std::string_view kAttachment =
    R"({"type":"object","properties":{"attachment":{"$ref":"#/components/schemas/Attachment"}}})";
constexpr std::string_view kUploadBegun =
    R"({"oneOf":[{"type":"object","properties":{"attachment":{"$ref":"#/components/schemas/Attachment"}}},{"type":"object","properties":{"upload":{"type":"object","properties":{"id":{"type":"string"},"method":{"type":"string"},"url":{"type":"string"},"headers":{"type":"object","additionalProperties":{"type":"string"}},"expiresAt":{"type":"string","format":"date-time"}}}}}]})";
constexpr std::string_view kAlive =
    R"({"type":"object","properties":{"status":{"type":"string","const":"ok"},"version":{"type":"string"},"uptimeSeconds":{"type":"integer"},"timestamp":{"type":"string","format":"date-time"}}})";
constexpr std::string_view kReady =
    R"({"type":"object","properties":{"status":{"type":"string","enum":["ok","degraded","draining","unavailable"]},"checks":{"type":"object","additionalProperties":{"type":"object","properties":{"status":{"type":"string","enum":["ok","down"]},"latencyMs":{"type":"number"},"error":{"type":"string"}}}}}})";
constexpr std::string_view kOk = R"({"type":"object","properties":{"ok":{"type":"boolean"}}})";
constexpr std::string_view kText = R"({"type":"string"})";
constexpr std::string_view kNothing;
constexpr std::string_view kObject = R"({"type":"object"})";
constexpr std::string_view kFile = R"({"type":"string","format":"binary"})";
constexpr std::string_view kConfig =
    R"({"type":"object","required":["version","guestAccess","maxMessageLength","maxUploadSize"],"properties":{"version":{"type":"string"},"guestAccess":{"type":"boolean"},"maxMessageLength":{"type":"integer"},"maxUploadSize":{"type":"integer"}}})";

constexpr std::array kOperations = {
    Operation{"/health", "get", "Whether the process runs", "", "", "", 200, kAlive},
    Operation{"/health/live", "get", "Whether the process runs", "", "", "", 200, kAlive},
    Operation{"/health/ready", "get", "Whether it can serve; 503 while it cannot", "", "", "", 200, kReady},
    Operation{"/metrics", "get", "Prometheus metrics", "", "", "", 200, kText},
    Operation{"/api/config", "get", "What a client must know before anybody has signed in", "", "", "", 200, kConfig},
    Operation{"/api/openapi.json", "get", "This description", "", "", "", 200, kObject},
    Operation{
        "/api/auth/register", "post", "Make an account and sign in", "",
        R"({"type":"object","required":["username","password"],"properties":{"username":{"type":"string","minLength":3,"maxLength":20},"email":{"type":"string"},"password":{"type":"string","minLength":6}}})",
        kJson, 201, kSignedIn},
    Operation{
        "/api/auth/login", "post", "Sign in", "",
        R"({"type":"object","required":["username","password"],"properties":{"username":{"type":"string"},"password":{"type":"string"}}})",
        kJson, 200, kSignedIn},
    Operation{"/api/auth/logout", "post", "End the session", "required", "", "", 200, kOk},
    Operation{"/api/users/me", "get", "One's own account", "required", "", "", 200, kUser},
    Operation{
        "/api/users/me", "patch", "Change one's own account", "required",
        R"({"type":"object","properties":{"email":{"type":"string"},"avatar":{"type":"string"},"statusText":{"type":"string"},"password":{"type":"string","minLength":6},"currentPassword":{"type":"string"}}})",
        kJson, 200, kUser},
    Operation{"/api/users/me/avatar", "put", "Set one's picture (PNG, JPEG, GIF, WebP)", "required", kFile, kAny, 200,
              kUser},
    Operation{"/api/users/me/avatar", "post", "The same as PUT", "required", kFile, kAny, 200, kUser},
    Operation{"/api/users/me/avatar", "get", "Redirects to one's picture", "required", "", "", 302, kNothing},
    Operation{"/api/users/{username}/avatar", "get", "Redirects to the picture of that account", "", "", "", 302,
              kNothing},
    Operation{"/api/users/me/rooms", "get", "Rooms one is a member of, with what is unread", "required", "", "", 200,
              kMyRooms},
    Operation{"/api/rooms", "get", "All rooms", "", "", "", 200, kRooms},
    Operation{
        "/api/rooms/create", "post", "Create a room", "optional",
        R"({"type":"object","required":["name"],"properties":{"name":{"type":"string","minLength":1,"maxLength":30},"description":{"type":"string"},"isPrivate":{"type":"boolean"},"password":{"type":"string","minLength":6},"creator":{"type":"string","description":"a guest's name"}}})",
        kJson, 201, kRoom},
    Operation{
        "/api/rooms/join", "post", "Become a member of a room", "optional",
        R"({"type":"object","required":["roomName"],"properties":{"roomName":{"type":"string"},"password":{"type":"string"}}})",
        kJson, 200, kRoom},
    Operation{"/api/rooms/{roomName}/messages", "get",
              "Messages, oldest first; query: limit, before (a seq, exclusive)", "optional", "", "", 200, kMessagePage},
    Operation{"/api/search", "get", "Search messages, newest first; query: q, room, limit", "optional", "", "", 200,
              kMessages},
    Operation{
        "/api/uploads", "post",
        "Store a file for a message; query: name. Without it and with a JSON body { name, type, size }: ask where it "
        "may be put",
        "required", kFile, kAny, 201, kUploadBegun},
    Operation{"/api/uploads/{id}/complete", "post", "Take over what was put", "required", "", "", 200, kAttachment},
    Operation{"/api/uploads/{id}", "get", "An uploaded file, for who may read the room of its message", "optional", "",
              "", 200, kFile},
    Operation{"/api/avatars/{id}", "get", "A picture", "", "", "", 200, kFile},
    Operation{"/api/files/{path}", "put",
              "Puts a file where upload.url of POST /api/uploads said; the address itself says who may, and what", "",
              kFile, kAny, 200, kNothing},
    Operation{"/api/files/{path}", "get", "A file at an address that this server signed", "", "", "", 200, kFile},
};

constexpr std::string_view kComponents =
    R"({"securitySchemes":{"token":{"type":"http","scheme":"bearer"}},"schemas":{)"
    R"("Error":{"type":"object","properties":{"error":{"type":"string"},"code":{"type":"string"},"field":{"type":"string"},"retryAfterMs":{"type":"integer"}}},)"
    R"("User":{"type":"object","properties":{"username":{"type":"string"},"email":{"type":"string"},"avatar":{"type":"string"},"createdAt":{"type":"string","format":"date-time"}}},)"
    R"("Room":{"type":"object","properties":{"name":{"type":"string"},"description":{"type":"string"},"creator":{"type":"string"},"isPrivate":{"type":"boolean"},"memberCount":{"type":"integer"},"createdAt":{"type":"string","format":"date-time"}}},)"
    R"("Message":{"type":"object","properties":{"id":{"type":"string"},"room":{"type":"string"},"seq":{"type":"integer"},"user":{"type":"string"},"text":{"type":"string"},"timestamp":{"type":"string","format":"date-time"},"changeSeq":{"type":"integer"},"editedAt":{"type":"string"},"deletedAt":{"type":"string"},"replyTo":{"type":"string"},"threadRoot":{"type":"string"},"tempId":{"type":"string"},"reactions":{"type":"array","items":{"$ref":"#/components/schemas/Reaction"}},"attachments":{"type":"array","items":{"$ref":"#/components/schemas/Attachment"}}}},)"
    R"("Reaction":{"type":"object","properties":{"emoji":{"type":"string"},"users":{"type":"array","items":{"type":"string"}}}},)"
    R"("Attachment":{"type":"object","properties":{"id":{"type":"string"},"name":{"type":"string"},"type":{"type":"string"},"size":{"type":"integer"},"url":{"type":"string"}}}}})";

/// What an answer of that schema is sent as.
std::string_view media_of(std::string_view response) {
  if (response == kFile) return kAny;
  return response == kText ? "text/plain" : kJson;
}

void write_operation(util::JsonWriter& w, const Operation& op) {
  w.key(op.method).begin_object().field("summary", op.summary);
  if (op.security == "required") w.key("security").raw(R"([{"token":[]}])");
  if (op.security == "optional") w.key("security").raw(R"([{"token":[]},{}])");
  w.key("parameters").begin_array();
  for (std::size_t open = op.path.find('{'); open != std::string_view::npos; open = op.path.find('{', open + 1)) {
    const auto name = op.path.substr(open + 1, op.path.find('}', open) - open - 1);
    w.begin_object().field("name", name).field("in", "path").field("required", true);
    w.key("schema").raw(R"({"type":"string"})").end_object();
  }
  w.end_array();
  if (!op.request.empty()) {
    w.key("requestBody").begin_object().field("required", true).key("content").begin_object();
    w.key(op.media).begin_object().key("schema").raw(op.request).end_object().end_object().end_object();
  }
  w.key("responses").begin_object();
  w.key(std::to_string(op.status)).begin_object().field("description", "done");
  if (!op.response.empty()) {
    w.key("content").begin_object().key(media_of(op.response)).begin_object();
    w.key("schema").raw(op.response).end_object().end_object();
  }
  w.end_object();
  w.key("default").raw(
      R"({"description":"refused","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}})");
  w.end_object().end_object();
}

}  // namespace

std::string openapi_json(std::string_view version) {
  std::string out;
  util::JsonWriter w(out);
  w.begin_object().field("openapi", "3.1.0");
  w.key("info").begin_object().field("title", "Chillin").field("version", version).end_object();
  w.key("paths").begin_object();
  // Operations of one path stand side by side in the table.
  for (std::size_t i = 0; i < kOperations.size(); ++i) {
    const bool first = i == 0 || kOperations[i].path != kOperations[i - 1].path;
    const bool last = i + 1 == kOperations.size() || kOperations[i].path != kOperations[i + 1].path;
    if (first) w.key(kOperations[i].path).begin_object();
    write_operation(w, kOperations[i]);
    if (last) w.end_object();
  }
  w.end_object();
  w.key("components").raw(kComponents).end_object();
  return out;
}

}  // namespace chillin::gateway
