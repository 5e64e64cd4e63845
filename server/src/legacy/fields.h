#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "legacy/json_records.h"
#include "util/clock.h"
#include "util/result.h"

namespace chillin::legacy {

/// Why a record is not imported: one sentence for an operator, without secrets.
struct Rejection {
  std::string reason;
};
template <class T>
using Reading = util::Result<T, Rejection>;

/// What a record became, and what is not as it was written.
template <class T>
struct Read {
  T value;
  std::vector<std::string> notes;
};

/// The record as an object; a rejection if it is none.
[[nodiscard]] Reading<const boost::json::object*> object_of(const Record& record);

/// A text; nullopt where it is missing or null. A rejection that names the field where it is something else.
[[nodiscard]] Reading<std::optional<std::string>> text_field(const boost::json::object& object, std::string_view field);

/// The same for what a record can do without: something else counts as missing, and is noted.
[[nodiscard]] std::string optional_text(const boost::json::object& object, std::string_view field,
                                        std::vector<std::string>& notes);

/// `createdAt`, else `updatedAt`, else 1970-01-01 (noted): the same in every import, because records are known again by
/// it.
[[nodiscard]] util::WallMillis creation_time(const boost::json::object& object, std::vector<std::string>& notes);

/// "is a number", ...
[[nodiscard]] std::string kind_of(const boost::json::value& value);

/// The name that the record's key and its own field (which may be missing) agree on, as typed.
[[nodiscard]] Reading<std::string> agreed_name(const Record& record, const boost::json::object& object,
                                               std::string_view field);

}  // namespace chillin::legacy
