#pragma once

#include <string>
#include <string_view>

namespace loam::mail {

/// Decodes the encoded words (RFC 2047, with the language of RFC 2231 section 5) in an unfolded
/// field body and gives UTF-8. White space between two encoded words goes; words side by side in
/// one charset are decoded as one, so a character may be cut by their border. What is no valid
/// encoded word stays as it is; raw octets are read as UTF-8, or else windows-1252. Words longer
/// than RFC 2047 allows and words without white space around them are decoded all the same.
std::string decode_encoded_words(std::string_view unfolded);

}  // namespace loam::mail
