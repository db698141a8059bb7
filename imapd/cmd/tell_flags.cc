#include "imapd/cmd/tell_flags.h"

namespace loam::imap {

Task<Status> tell_flags(Session& session, NumSet numbers,
                        std::function<Tell(const MessageRow&)> what) {
    SelectedView& view = *session.view();
    RowCursor cursor;
    for (const NumRange& range : numbers.ranges()) {
        for (std::uint32_t number = range.first; number <= range.last; ++number) {
            const MessageRow* row = cursor.find(view.mailbox().messages(), view.uid_at(number));
            const Tell told = row == nullptr ? Tell::nothing : what(*row);
            if (told == Tell::nothing) continue;
            ResponseWriter writer = session.writer();
            view.write_fetch(writer, session.out(), number, *row, told == Tell::flags);
            if (session.out().size() < kOutputBytesSoftMax) continue;
            LOAM_CO_TRY_STATUS(co_await session.port().flush());
        }
    }
    co_return Status::good();
}

}  // namespace loam::imap
