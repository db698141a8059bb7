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
    bool tells_uid = false;     ///< UID is
    bool tells_modseq = false;  ///< MODSEQ is
};

/// Answering it reads the message's octets.
bool reads_octets(FetchKind kind);

FetchPlan make_plan(FetchArgs args);

}  // namespace loam::imap
