#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "engine/base/check.h"

namespace loam {

/// What a caller can act on. A code is added only when some caller would act differently.
enum class Errc {
    invalid,       ///< the request cannot be right: a bad argument, name or set
    not_found,     ///< no such account, mailbox or message
    exists,        ///< the name is taken
    has_children,  ///< the mailbox has children and cannot go
    read_only,     ///< the mailbox is open for reading only
    over_quota,    ///< the account's limit would be passed
    too_big,       ///< one message is larger than the server takes
    limit,         ///< a named limit of this program
    busy,          ///< temporary: try again
    no_room,       ///< the disk is full or nearly full
    auth_failed,   ///< wrong user or password
    expunged,      ///< the message is gone; not damage
    unknown_cte,   ///< a content transfer encoding we cannot decode
    bad_charset,   ///< a charset we do not know
    corrupt,       ///< stored bytes are not what was written
    unsupported,   ///< a newer format, or a kernel or setting that forbids what we need
    io,            ///< the disk or the network failed
    closed,        ///< the other side went away, or we are shutting down
    timeout,       ///< nothing happened for too long
};

/// The code's own name, such as "over_quota".
std::string_view to_string(Errc code);

/// A code for the program and words for a person: what failed, and where.
struct Error {
    Errc code = Errc::invalid;
    std::string what;
};

/// `return fail(Errc::corrupt, "record header: cut short");` converts to any Result or Status.
[[nodiscard]] inline Error fail(Errc code, std::string what) {
    return Error{code, std::move(what)};
}

/// A value or an Error. Like a pointer: `if (!r) ... r.error()`, `*r`, `r->member`.
template <typename T>
class [[nodiscard]] Result {
  public:
    using value_type = T;
    // Implicit from both sides, so that `return value;` and `return fail(...);` read plainly.
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

    explicit operator bool() const { return state_.index() == 0; }
    bool ok() const { return state_.index() == 0; }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(value()); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    Error& error() {
        LOAM_CHECK(!ok());
        return *std::get_if<1>(&state_);
    }
    const Error& error() const {
        LOAM_CHECK(!ok());
        return *std::get_if<1>(&state_);
    }
    T value_or(T other) const { return ok() ? *std::get_if<0>(&state_) : std::move(other); }

  private:
    T& value() {
        LOAM_CHECK(ok());
        return *std::get_if<0>(&state_);
    }
    const T& value() const {
        LOAM_CHECK(ok());
        return *std::get_if<0>(&state_);
    }
    std::variant<T, Error> state_;
};

/// Done, or an Error.
class [[nodiscard]] Status {
  public:
    Status() = default;
    Status(Error error)
        : error_(std::move(error)) {}  // NOLINT: so that `return fail(...)` reads plainly
    static Status good() { return {}; }

    explicit operator bool() const { return !error_; }
    bool ok() const { return !error_; }
    Error& error() {
        LOAM_CHECK(error_.has_value());
        return *error_;
    }
    const Error& error() const {
        LOAM_CHECK(error_.has_value());
        return *error_;
    }
    /// Lets LOAM_TRY treat a Status as a Result without a value.
    std::monostate operator*() const { return {}; }

  private:
    std::optional<Error> error_;
};

}  // namespace loam

#define LOAM_TRY_CAT2_(a, b) a##b
#define LOAM_TRY_CAT_(a, b) LOAM_TRY_CAT2_(a, b)
#define LOAM_TRY_IMPL_(tmp, ret, declaration, expression) \
    auto tmp = (expression);                              \
    if (!tmp) ret std::move(tmp.error());                 \
    declaration = *std::move(tmp)
#define LOAM_TRY_VOID_IMPL_(tmp, ret, expression)                      \
    do {                                                               \
        if (auto tmp = (expression); !tmp) ret std::move(tmp.error()); \
    } while (false)

/// `LOAM_TRY(auto x, f());` binds the value or returns the error. Types with commas: use auto.
#define LOAM_TRY(declaration, expression) \
    LOAM_TRY_IMPL_(LOAM_TRY_CAT_(loam_try_, __COUNTER__), return, declaration, expression)
/// `LOAM_CO_TRY(auto x, co_await f());` the same in a coroutine.
#define LOAM_CO_TRY(declaration, expression) \
    LOAM_TRY_IMPL_(LOAM_TRY_CAT_(loam_try_, __COUNTER__), co_return, declaration, expression)
/// `LOAM_TRY_STATUS(f());` for what returns a Status, or a Result whose value is not wanted.
#define LOAM_TRY_STATUS(expression) \
    LOAM_TRY_VOID_IMPL_(LOAM_TRY_CAT_(loam_try_, __COUNTER__), return, expression)
#define LOAM_CO_TRY_STATUS(expression)                         \
    auto LOAM_TRY_CAT_(loam_status_, __LINE__) = (expression); \
    if (!LOAM_TRY_CAT_(loam_status_, __LINE__))                \
    co_return std::move(LOAM_TRY_CAT_(loam_status_, __LINE__).error())
