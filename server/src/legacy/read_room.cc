#include "legacy/read_room.h"

#include <optional>
#include <utility>

#include "auth/password_hash.h"
#include "chat/names.h"
#include "util/text.h"

namespace chillin::legacy {

namespace {

constexpr std::size_t kMaxDescription = 200;  // code points, as create_room has it

std::string first_code_points(const std::string& text, std::size_t count) {
  std::size_t at = 0;
  while (at < text.size()) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
    if (begins && count-- == 0) break;
    ++at;
  }
  return text.substr(0, at);
}

std::string description(const boost::json::object& object, std::vector<std::string>& notes) {
  const std::string typed = optional_text(object, "description", notes);
  std::string text = util::normalize_text(typed).value_or(std::string());
  if (util::code_points(text) <= kMaxDescription) return text;
  notes.emplace_back("\"description\" is cut after 200 characters");
  return first_code_points(text, kMaxDescription);
}

std::string creator(const boost::json::object& object, std::vector<std::string>& notes) {
  const std::string typed = optional_text(object, "creator", notes);
  auto name = chat::guest_name_form(typed, "creator");
  if (name) return *std::move(name);
  notes.emplace_back("\"creator\" is no name: left empty");
  return {};
}

// nullopt: it does not say.
Reading<std::optional<bool>> says_private(const boost::json::object& object) {
  const boost::json::value* value = object.if_contains("isPrivate");
  if (value == nullptr || value->is_null()) return std::optional<bool>();
  if (!value->is_bool()) return Rejection{"\"isPrivate\" " + kind_of(*value) + ", not true or false"};
  return std::optional(value->get_bool());
}

}  // namespace

Reading<Read<chat::NewRoom>> read_room(const Record& record) {
  auto object = object_of(record);
  if (!object) return std::move(object).error();
  auto typed = agreed_name(record, **object, "name");
  if (!typed) return std::move(typed).error();
  auto name = chat::room_name(*typed, "name");
  if (!name) return Rejection{name.error().message};
  auto password = text_field(**object, "password");
  if (!password) return std::move(password).error();
  const std::string hash = (*password).value_or(std::string());
  auto is_private = says_private(**object);
  if (!is_private) return std::move(is_private).error();

  Read<chat::NewRoom> read;
  read.value.name = *std::move(name);
  read.value.is_private = (*is_private).value_or(!hash.empty());
  if (read.value.is_private && hash.empty()) {
    read.notes.emplace_back("private without a password: only its creator can enter");
  } else if (read.value.is_private) {
    if (auth::hash_kind(hash) == auth::HashKind::kUnknown) {
      return Rejection{"\"password\" is neither a SHA-256 nor a bcrypt hash: nobody could enter"};
    }
    read.value.password_hash = hash;
  } else if (!hash.empty()) {
    read.notes.emplace_back("public, so its password is left out");
  }
  read.value.description = description(**object, read.notes);
  read.value.creator.name = creator(**object, read.notes);
  read.value.created_at = creation_time(**object, read.notes);
  return read;
}

}  // namespace chillin::legacy
