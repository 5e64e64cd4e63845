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
  std::string_view response;  ///< schema of the answer
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
constexpr std::string_view kObject = R"({"type":"object"})";
constexpr std::string_view kFile = R"({"type":"string","format":"binary"})";
constexpr std::string_view kConfig =
    R"({"type":"object","required":["version","guestAccess","maxMessageLength"],"properties":{"version":{"type":"string"},"guestAccess":{"type":"boolean"},"maxMessageLength":{"type":"integer"}}})";

constexpr std::array kOperations = {
    Operation{"/health", "get", "Whether the process runs", "", "", "", 200, kObject},
    Operation{"/health/live", "get", "Whether the process runs", "", "", "", 200, kObject},
    Operation{"/health/ready", "get", "Whether it can serve; 503 while it cannot", "", "", "", 200, kObject},
    Operation{"/metrics", "get", "Prometheus metrics", "", "", "", 200, R"({"type":"string"})"},
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
    Operation{"/api/auth/logout", "post", "End the session", "required", "", "", 200, kObject},
    Operation{"/api/users/me", "get", "One's own account", "required", "", "", 200, kUser},
    Operation{
        "/api/users/me", "patch", "Change one's own account", "required",
        R"({"type":"object","properties":{"email":{"type":"string"},"avatar":{"type":"string"},"statusText":{"type":"string"},"password":{"type":"string","minLength":6},"currentPassword":{"type":"string"}}})",
        kJson, 200, kUser},
    Operation{"/api/users/me/avatar", "put", "Set one's picture (PNG, JPEG, GIF, WebP)", "required", kFile, kAny, 200,
              kUser},
    Operation{"/api/users/{username}/avatar", "get", "Redirects to the picture of that account", "", "", "", 302,
              kObject},
    Operation{"/api/users/me/rooms", "get", "Rooms one is a member of, with what is unread", "required", "", "", 200,
              kObject},
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
              "Messages, oldest first; query: limit, before (a seq, exclusive)", "optional", "", "", 200, kMessages},
    Operation{"/api/search", "get", "Search messages, newest first; query: q, room, limit", "optional", "", "", 200,
              kMessages},
    Operation{
        "/api/uploads", "post",
        "Store a file for a message; query: name. Without it and with a JSON body { name, type, size }: ask where it "
        "may be put",
        "required", kFile, kAny, 201, kObject},
    Operation{"/api/uploads/{id}/complete", "post", "Take over what was put", "required", "", "", 200, kObject},
    Operation{"/api/uploads/{id}", "get", "An uploaded file, for who may read the room of its message", "optional", "",
              "", 200, kFile},
    Operation{"/api/avatars/{id}", "get", "A picture", "", "", "", 200, kFile},
};

constexpr std::string_view kComponents =
    R"({"securitySchemes":{"token":{"type":"http","scheme":"bearer"}},"schemas":{)"
    R"("Error":{"type":"object","properties":{"error":{"type":"string"},"code":{"type":"string"},"field":{"type":"string"},"retryAfterMs":{"type":"integer"}}},)"
    R"("User":{"type":"object","properties":{"username":{"type":"string"},"email":{"type":"string"},"avatar":{"type":"string"},"createdAt":{"type":"string","format":"date-time"}}},)"
    R"("Room":{"type":"object","properties":{"name":{"type":"string"},"description":{"type":"string"},"creator":{"type":"string"},"isPrivate":{"type":"boolean"},"memberCount":{"type":"integer"},"createdAt":{"type":"string","format":"date-time"}}},)"
    R"("Message":{"type":"object","properties":{"id":{"type":"string"},"room":{"type":"string"},"seq":{"type":"integer"},"user":{"type":"string"},"text":{"type":"string"},"timestamp":{"type":"string","format":"date-time"},"changeSeq":{"type":"integer"},"editedAt":{"type":"string"},"deletedAt":{"type":"string"},"replyTo":{"type":"string"},"threadRoot":{"type":"string"},"tempId":{"type":"string"},"reactions":{"type":"array","items":{"type":"object"}},"attachments":{"type":"array","items":{"type":"object"}}}}}})";

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
  w.key(std::to_string(op.status)).begin_object().field("description", "done").key("content").begin_object();
  w.key(op.response == kFile ? kAny : kJson).begin_object().key("schema").raw(op.response).end_object();
  w.end_object().end_object();
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
