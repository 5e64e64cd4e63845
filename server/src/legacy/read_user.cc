#include "legacy/read_user.h"

#include <utility>

#include "auth/password_hash.h"
#include "chat/avatar_address.h"
#include "chat/credentials.h"
#include "chat/names.h"

namespace chillin::legacy {

Reading<Read<chat::NewAccount>> read_user(const Record& record) {
  auto object = object_of(record);
  if (!object) return std::move(object).error();
  auto typed = agreed_name(record, **object, "username");
  if (!typed) return std::move(typed).error();
  auto name = chat::guest_name_form(*typed, "username");
  if (!name) return Rejection{name.error().message};
  if (chat::is_reserved_name(*name)) return Rejection{"the name belongs to the notices of the chat"};

  auto password = text_field(**object, "password");
  if (!password) return std::move(password).error();
  if (!*password || (*password)->empty()) return Rejection{"no password: nobody could sign in"};
  const auth::HashKind kind = auth::hash_kind(**password);
  if (kind == auth::HashKind::kUnknown) return Rejection{"\"password\" is neither a SHA-256 nor a bcrypt hash"};

  Read<chat::NewAccount> read;
  read.value.username = *std::move(name);
  read.value.password_hash = **std::move(password);
  read.value.email = optional_text(**object, "email", read.notes);
  if (!chat::check_email(read.value.email)) {
    read.value.email.clear();
    read.notes.emplace_back("\"email\" is no e-mail address: left empty");
  }
  read.value.avatar = optional_text(**object, "avatar", read.notes);
  if (!chat::check_avatar(read.value.avatar)) {
    read.value.avatar.clear();
    read.notes.emplace_back("\"avatar\" is neither an https address nor a path: left empty");
  }
  read.value.created_at = creation_time(**object, read.notes);
  return read;
}

}  // namespace chillin::legacy
