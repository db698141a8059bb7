#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace loam::mail {

/// The name under which ICU finds a charset as mail names it: trimmed, lower case, misspellings put
/// right, and replaced by a superset where that is what writers use (charset.h). Empty for UTF-8
/// and what is read as UTF-8; nothing for what cannot be the name of a charset.
std::optional<std::string> icu_charset_name(std::string_view charset);

}  // namespace loam::mail
