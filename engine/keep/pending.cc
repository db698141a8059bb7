#include "engine/keep/pending.h"

#include <utility>

namespace loam::keep {

Pending::~Pending() {
    if (!done) return;
    home->post([unanswered = std::move(done)]() mutable {
        unanswered(fail(Errc::closed, "the log has stopped before this was written"));
    });
}

}  // namespace loam::keep
