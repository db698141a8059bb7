#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "engine/api/account.h"
#include "engine/api/mailbox.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/uid_set.h"
#include "engine/io/task.h"

namespace loam {

/// A search program over one mailbox: RFC 9051 section 6.4.4, without IMAP's sequence numbers and
/// charsets.
struct Query {
    enum class Op : std::uint8_t {
        all,
        none,
        uids,         ///< `uids`
        flags_set,    ///< every bit of `number` is set
        flags_clear,  ///< no bit of `number` is set
        keyword,      ///< `text`, without case
        larger,       ///< size > number
        smaller,      ///< size < number
        internal_before,
        internal_on,
        internal_since,  ///< `number`: days since 1970-01-01, dates as shown, zone ignored
        sent_before,
        sent_on,
        sent_since,  ///< the Date field's
        save_before,
        save_on,
        save_since,
        older,  ///< internal date at least `number` seconds ago: RFC 5032
        younger,
        modseq,  ///< modseq >= number
        header,  ///< field `name` contains `text` (UTF-8); empty text: the field exists
        from,
        to,
        cc,
        bcc,
        subject,
        body,  ///< decoded text parts contain `text`
        text,  ///< header, MIME headers or body contain `text`
        all_of,
        any_of,
        not_of,  ///< `children`
    };
    Op op = Op::all;
    std::uint64_t number = 0;
    std::string name;
    std::string text;
    UidSet uids;
    std::vector<Query> children;
};

/// Which of the messages that match are wanted. Others may be among the answer.
struct SearchWant {
    static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
    std::size_t least = kAll;  ///< so many, with the lowest uids
    std::size_t most = 0;      ///< and so many with the highest
};

/// How far a search is, in messages that have to be read; `goal` is 0 until it is known.
struct SearchProgress {
    std::uint64_t done = 0;
    std::uint64_t goal = 0;
};

/// Uids of the mailbox's published messages that match, ascending. Substrings are exact:
/// i;unicode-casemap (RFC 5051) over decoded text. The search index says which messages need not be
/// read; what it does not know is read. Yields to other work between messages, and decodes in
/// workers. `cancelled` is asked now and then; true ends it with closed. Thread: the account's
/// owner. `progress` is kept true meanwhile. Errors: closed, io. A damaged message counts as no
/// match and is logged.
Task<Result<std::vector<Uid>>> search(Account& account, Mailbox& mailbox, const Query& query,
                                      const std::function<bool()>& cancelled, SearchWant want = {},
                                      SearchProgress* progress = nullptr);

}  // namespace loam
