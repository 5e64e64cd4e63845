#pragma once

#include "net/loop.h"
#include "util/unique_function.h"

namespace chillin::net {

/// Runs `fn` once, when what is queued on the loop's connections at this moment has been offered to the kernel: at the
/// end of this turn, or a few ms later where a saturated loop lets writes gather. For who measures: it must not send.
/// The loop's thread only.
void after_flush(Loop& loop, util::UniqueFunction<void()> fn);

}  // namespace chillin::net
