#include "engine/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace loam {

void check_failed(std::string_view condition, std::source_location where) {
    std::fprintf(stderr, "loam: check failed at %s:%u: %.*s\n", where.file_name(), where.line(),
                 static_cast<int>(condition.size()), condition.data());
    std::abort();
}

}  // namespace loam
