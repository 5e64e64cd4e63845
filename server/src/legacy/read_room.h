#pragma once

#include "chat/ports/stores.h"
#include "legacy/fields.h"

namespace chillin::legacy {

/// A room of rooms.json. `creator.name` is normalised, and empty where it can be nobody's; whether it is an account is
/// the importer's to find out. A room is private if it says so, or says nothing and has a password; a private room
/// never becomes a public one: with a password that is no hash it is rejected.
[[nodiscard]] Reading<Read<chat::NewRoom>> read_room(const Record& record);

}  // namespace chillin::legacy
