#include "imapd/cmd/fetch_plan.h"

#include <utility>

namespace loam::imap {

bool reads_octets(FetchKind kind) {
    switch (kind) {
        case FetchKind::rfc822:
        case FetchKind::rfc822_header:
        case FetchKind::rfc822_text:
        case FetchKind::section:
        case FetchKind::binary:
        case FetchKind::preview:
            return true;
        default:
            return false;
    }
}

namespace {

bool asks_info(FetchKind kind) {
    switch (kind) {
        case FetchKind::envelope:
        case FetchKind::body:
        case FetchKind::body_structure:
        case FetchKind::binary_size:
            return true;
        case FetchKind::preview:
            return false;
        default:
            return reads_octets(kind);
    }
}

void add_step(FetchPlan& plan, FetchItem item) {
    plan.needs_info = plan.needs_info || asks_info(item.kind);
    plan.needs_content = plan.needs_content || reads_octets(item.kind);
    plan.sets_seen = plan.sets_seen || item.sets_seen();
    plan.tells_flags = plan.tells_flags || item.kind == FetchKind::flags;
    plan.tells_uid = plan.tells_uid || item.kind == FetchKind::uid;
    plan.tells_modseq = plan.tells_modseq || item.kind == FetchKind::modseq;
    std::string name = response_name(item);
    plan.steps.push_back({std::move(item), std::move(name)});
}

}  // namespace

FetchPlan make_plan(FetchArgs args, bool uid_only) {
    FetchPlan plan;
    plan.tells_uid = uid_only;
    if (args.by_uid && !uid_only && !args.has(FetchKind::uid)) {
        add_step(plan, {.kind = FetchKind::uid});
    }
    // Cheap items first: a client that shows a list has them before a long body comes.
    std::vector<FetchItem> later;
    for (FetchItem& item : args.items) {
        if (reads_octets(item.kind)) {
            later.push_back(std::move(item));
        } else {
            add_step(plan, std::move(item));
        }
    }
    for (FetchItem& item : later)
        add_step(plan, std::move(item));
    return plan;
}

}  // namespace loam::imap
