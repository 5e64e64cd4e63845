#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chillin::chat {

/// The content type by the first bytes, never by a name or what a client says: image/png, image/jpeg, image/gif,
/// image/webp, application/pdf, video/mp4, video/webm, audio/ogg, audio/mpeg, text/plain (UTF-8 without control
/// characters but tab, line break and carriage return, and without markup at its start), else application/octet-stream.
[[nodiscard]] std::string_view sniff_content_type(std::string_view bytes) noexcept;

/// Bytes from the beginning that suffice to know the type of a file of any size.
inline constexpr std::size_t kSniffedBytes = 4096;
/// The same from the first `bytes` of a longer file: a character of text may be cut in two at their end.
[[nodiscard]] std::string_view sniff_beginning(std::string_view bytes) noexcept;

/// PNG, JPEG, GIF or WebP.
[[nodiscard]] bool is_picture(std::string_view content_type) noexcept;

/// Whether a browser may show a file of that type in place: pictures, video and sound. Everything else is offered for
/// download, so that nothing in a file runs here.
[[nodiscard]] bool is_shown_in_place(std::string_view content_type) noexcept;

/// `inline` or `attachment` by the type, with the file's name in both forms (RFC 6266, RFC 8187).
[[nodiscard]] std::string content_disposition(std::string_view content_type, std::string_view name);

}  // namespace chillin::chat
