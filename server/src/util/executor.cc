#include "util/executor.h"

namespace chillin::util {

thread_local constinit Executor* Executor::current_ = nullptr;

}  // namespace chillin::util
