#pragma once

#include <string>
#include <string_view>

namespace chillin::chat {

/// What an upload is called: the last part of what the client calls it, on one line, at most 100 code points; "file"
/// where nothing is left.
[[nodiscard]] std::string upload_name(std::string_view typed);

/// Whether `text` has the form of a media type without parameters, "image/png"; at most 100 bytes.
[[nodiscard]] bool is_media_type(std::string_view text) noexcept;

}  // namespace chillin::chat
