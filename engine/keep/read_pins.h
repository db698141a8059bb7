#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "engine/base/ids.h"
#include "engine/io/loop.h"

namespace loam::keep {

/// Contents that somebody reads right now, so that the eraser leaves them alone for a while.
/// Thread: any.
class ReadPins {
  public:
    /// A reader takes its pin before it looks up where the content lies, and keeps it while it
    /// reads.
    class Pin {
      public:
        Pin(Pin&& other) noexcept
            : pins_(std::exchange(other.pins_, nullptr)), key_(std::move(other.key_)) {}
        Pin& operator=(Pin&&) = delete;
        Pin(const Pin&) = delete;
        Pin& operator=(const Pin&) = delete;
        ~Pin();
        /// The eraser has waited long enough: what is read from now on may be zeros.
        bool overtaken() const;

      private:
        friend class ReadPins;
        using Key = std::pair<AccountId, Cid>;
        Pin(ReadPins& pins, Key key) : pins_(&pins), key_(key) {}
        ReadPins* pins_;
        Key key_;
    };

    ReadPins() = default;
    ReadPins(const ReadPins&) = delete;
    ReadPins& operator=(const ReadPins&) = delete;

    /// Nothing: the content is being erased.
    std::optional<Pin> pin(AccountId account, Cid cid);

    /// True: nobody reads the content, or somebody does since too long; nobody gets a pin of it
    /// until end_erase(), by when its row is gone. False: try again later.
    bool begin_erase(AccountId account, Cid cid, io::Monotonic now);
    void end_erase(AccountId account, Cid cid);

  private:
    enum class Phase : std::uint8_t { reading, erasing, gone };
    struct Held {
        std::size_t readers = 0;
        Phase phase = Phase::reading;
        std::optional<io::Monotonic> refused_at;  ///< when the eraser first asked
    };

    mutable std::mutex mutex_;
    std::map<Pin::Key, Held> held_;
};

}  // namespace loam::keep
