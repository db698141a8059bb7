#pragma once

#include <string>
#include <vector>

#include "imapd/syntax/fetch.h"

namespace loam::imap {

/// A FETCH prepared once and then followed for every message.
struct FetchPlan {
    struct Step {
        FetchItem item;
        std::string name;  ///< as it is answered
    };
    std::vector<Step> steps;
    bool needs_info = false;     ///< some step asks MessageInfo
    bool needs_content = false;  ///< some step reads octets, so a message may have to wait
    bool sets_seen = false;
    bool tells_flags = false;   ///< FLAGS is among the steps
    bool tells_uid = false;     ///< UID is, or need not be
    bool tells_modseq = false;  ///< MODSEQ is
};

/// Answering it reads the message's octets.
bool reads_octets(FetchKind kind);

/// `uid_only`: each answer begins with the uid, which stands among the items only if it was asked
/// for: RFC 9586 section 3.3.
FetchPlan make_plan(FetchArgs args, bool uid_only = false);

}  // namespace loam::imap
