#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace loam::testing {

/// The set that `text` writes, such as "1:3,7": both ends of each range.
std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges_of(std::string_view text);

/// The number behind `key`, nothing if there is none.
std::optional<std::uint64_t> number_after(std::string_view text, std::string_view key);

/// A mailbox as a client knows it that believes what it is told and asks for nothing: RFC 9051
/// sections 2.3.1.2, 5.2, 7.4 and 7.5, RFC 7162 section 3.2.10.
class ClientView {
  public:
    struct Message {
        std::uint32_t uid = 0;                         ///< 0: not told yet
        std::optional<std::set<std::string>> flags{};  ///< \Recent left out
        std::uint64_t modseq = 0;                      ///< the last that was told
    };

    /// From now on VANISHED is told, and EXPUNGE is not.
    void enable_qresync() { qresync_ = true; }
    /// Another mailbox, or none.
    void forget();
    /// Takes an untagged response without "* ". Returns what is wrong with it, or nothing.
    std::string take(std::string_view response, bool may_expunge);

    const std::vector<Message>& messages() const { return messages_; }
    std::uint64_t uidvalidity() const { return uidvalidity_; }
    /// After a STORE of its own that was silent: the flags are no longer known.
    void forget_flags();

  private:
    std::string exists(std::uint64_t count);
    std::string expunge(std::uint64_t number, bool may_expunge);
    std::string vanished(std::string_view set, bool may_expunge);
    /// The message with this uid, or one that may have it; end() if there is none.
    std::vector<Message>::iterator place_of(std::uint32_t uid);
    std::string fetch(std::uint64_t number, std::string_view items);
    std::string learn_uid(std::size_t at, std::uint32_t uid);

    std::vector<Message> messages_;
    std::uint64_t uidvalidity_ = 0;
    std::uint64_t highest_modseq_ = 0;
    bool qresync_ = false;
};

}  // namespace loam::testing
