#include "chat/pipeline/authentication.h"

namespace chillin::chat::pipeline {

Status authentication(const Service& service, const Session& session) {
  const bool known = session.account || service.settings.guest_access;
  if (session.closed || !known) return refuse(ErrorCode::kAuthRequired);
  return util::Ok{};
}

}  // namespace chillin::chat::pipeline
