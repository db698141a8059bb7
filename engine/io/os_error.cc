#include "engine/io/os_error.h"

#include <cerrno>
#include <system_error>

namespace loam::io {

namespace {

Errc code_of(int error) {
    switch (error) {
        case ENOENT:
            return Errc::not_found;
        case EEXIST:
            return Errc::exists;
        case ENOSPC:
        case EDQUOT:
            return Errc::no_room;
        default:
            return Errc::io;
    }
}

}  // namespace

Error os_error(int error, std::string_view action, std::string_view path) {
    std::string what(action);
    what += ' ';
    what += path;
    what += ": ";
    what += std::generic_category().message(error);
    return fail(code_of(error), std::move(what));
}

}  // namespace loam::io
