#pragma once

#include <string>

namespace chillin::legacy {

/// Replaces every `\uD800`..`\uDFFF` of raw JSON that is not one half of a pair by `\uFFFD`; true if there was one. A
/// text that the earlier version cut in the middle of an emoji ends with such a half, which no UTF-8 can hold.
bool replace_lone_surrogates(std::string& json);

}  // namespace chillin::legacy
