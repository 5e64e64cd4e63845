#include "app/version.h"

namespace chillin::app {

std::string version() {
  return CHILLIN_VERSION;
}
std::string commit() {
  return CHILLIN_COMMIT;
}

}  // namespace chillin::app
