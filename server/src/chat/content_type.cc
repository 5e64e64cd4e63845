#include "chat/content_type.h"

#include <algorithm>
#include <iterator>

#include "util/text.h"

namespace chillin::chat {

namespace {

using std::string_view_literals::operator""sv;

/// Plain text that a browser that guesses would not take for a page either.
bool is_plain_text(std::string_view bytes) noexcept {
  if (bytes.empty() || !util::is_utf8(bytes)) return false;
  const bool control = std::any_of(bytes.begin(), bytes.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7F;
  });
  if (control) return false;
  const auto first = bytes.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos || bytes[first] != '<';
}

/// An MPEG audio frame of layer III: sync, a version, a bit rate and a sample rate that exist.
bool is_mp3_frame(std::string_view bytes) noexcept {
  if (bytes.size() < 4) return false;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const bool sync = byte(0) == 0xFF && (byte(1) & 0xE0) == 0xE0;
  const bool version = (byte(1) & 0x18) != 0x08;
  const bool layer_three = (byte(1) & 0x06) == 0x02;
  const unsigned bit_rate = byte(2) >> 4;
  const unsigned sample_rate = (byte(2) >> 2) & 3U;
  return sync && version && layer_three && bit_rate != 0 && bit_rate != 15 && sample_rate != 3;
}

}  // namespace

std::string_view sniff_content_type(std::string_view bytes) noexcept {
  if (bytes.starts_with("\x89PNG\r\n\x1A\n"sv)) return "image/png";
  if (bytes.starts_with("\xFF\xD8\xFF"sv)) return "image/jpeg";
  if (bytes.starts_with("GIF87a"sv) || bytes.starts_with("GIF89a"sv)) return "image/gif";
  if (bytes.starts_with("RIFF"sv) && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP"sv) return "image/webp";
  if (bytes.starts_with("%PDF-"sv)) return "application/pdf";
  if (bytes.size() >= 12 && bytes.substr(4, 4) == "ftyp"sv) {
    static constexpr std::string_view kBrands[] = {"isom", "iso2", "iso4", "iso5", "iso6",
                                                   "mp41", "mp42", "avc1", "M4V ", "dash"};
    if (std::find(std::begin(kBrands), std::end(kBrands), bytes.substr(8, 4)) != std::end(kBrands)) return "video/mp4";
  }
  // EBML; Matroska, which browsers do not play, has another document type in the same place.
  if (bytes.starts_with("\x1A\x45\xDF\xA3"sv) && bytes.substr(0, 64).find("webm"sv) != std::string_view::npos) {
    return "video/webm";
  }
  if (bytes.starts_with("OggS\0"sv)) return "audio/ogg";
  if (bytes.starts_with("ID3"sv) || is_mp3_frame(bytes)) return "audio/mpeg";
  if (is_plain_text(bytes)) return "text/plain";
  return "application/octet-stream";
}

std::string_view sniff_beginning(std::string_view bytes) noexcept {
  static constexpr int kLongestCharacter = 4;
  const std::string_view type = sniff_content_type(bytes);
  for (int cut = 1; cut < kLongestCharacter && type == "application/octet-stream" && cut < std::ssize(bytes); ++cut) {
    if (is_plain_text(bytes.substr(0, bytes.size() - static_cast<std::size_t>(cut)))) return "text/plain";
  }
  return type;
}

bool is_picture(std::string_view content_type) noexcept {
  return content_type == "image/png" || content_type == "image/jpeg" || content_type == "image/gif" ||
         content_type == "image/webp";
}

bool is_shown_in_place(std::string_view content_type) noexcept {
  return is_picture(content_type) || content_type.starts_with("video/") || content_type.starts_with("audio/");
}

std::string content_disposition(std::string_view content_type, std::string_view name) {
  std::string plain;
  for (const char c : name) {
    const bool safe =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '-';
    plain += safe ? c : '_';
  }
  std::string out(is_shown_in_place(content_type) ? "inline" : "attachment");
  out.append("; filename=\"").append(plain).append("\"; filename*=UTF-8''").append(util::url_encode(name));
  return out;
}

}  // namespace chillin::chat
