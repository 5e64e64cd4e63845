#pragma once

#include <string_view>

namespace chillin::web {

enum class Coding { kIdentity, kGzip, kBrotli };

/// The coding to answer in: the one that Accept-Encoding weighs highest among those at hand; of equals brotli, then
/// gzip, then identity (RFC 9110 section 12.5.3). No header asks for nothing, so it gets identity. One that refuses
/// everything at hand gets identity as well, which the RFC leaves open: a page is of more use to it than 406.
[[nodiscard]] Coding choose_coding(std::string_view accept_encoding, bool has_gzip, bool has_brotli) noexcept;

/// Whether If-None-Match names this ETag (given with its quotes) or is "*". The comparison is the weak one, as the RFC
/// has it for this header (section 13.1.2): a proxy that recompressed the answer has made the tag weak.
[[nodiscard]] bool etag_matches(std::string_view if_none_match, std::string_view etag) noexcept;

}  // namespace chillin::web
