#include "engine/keep/replay.h"

namespace loam::keep {

namespace {

Task<Status> visit(const std::function<Status(const ScannedGroup&)>* on_group, ScannedGroup group) {
    co_return (*on_group)(group);
}

}  // namespace

GroupToApply to_apply(const ScannedGroup& group) {
    GroupToApply apply{
        .group = group.lsn, .end = group.end.end, .chain = group.end.chain, .records = {}};
    for (const ScannedRecord& record : group.records) {
        apply.records.push_back({.account = record.header.account,
                                 .cid = record.header.cid,
                                 .record = &record.record,
                                 .payload = record.payload,
                                 .sidecar = {}});
    }
    return apply;
}

GroupVisitor visit_with(const std::function<Status(const ScannedGroup&)>& on_group) {
    return [&on_group](ScannedGroup group) { return visit(&on_group, std::move(group)); };
}

}  // namespace loam::keep
