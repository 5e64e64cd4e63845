#pragma once

#include <string_view>

namespace chillin::chat {

/// The content type by the first bytes, never by a name or what a client says: image/png, image/jpeg, image/gif,
/// image/webp, application/pdf, video/mp4, video/webm, audio/ogg, audio/mpeg, text/plain (UTF-8 without control
/// characters but tab, line break and carriage return, and without markup at its start), else application/octet-stream.
[[nodiscard]] std::string_view sniff_content_type(std::string_view bytes) noexcept;

/// PNG, JPEG, GIF or WebP.
[[nodiscard]] bool is_picture(std::string_view content_type) noexcept;

}  // namespace chillin::chat
