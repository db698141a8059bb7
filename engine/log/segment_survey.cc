#include "engine/log/segment_survey.h"

#include <memory>
#include <optional>

#include "engine/log/group.h"
#include "engine/log/segment_files.h"
#include "engine/log/segment_window.h"

namespace loam {

namespace {

bool is_history(RecordType type) {
    return type != RecordType::noop && type != RecordType::checkpoint;
}

Status note_accounts(const GroupHeader& header, Bytes front, std::set<AccountId>& accounts) {
    Bytes table = front.subspan(kGroupHeaderBytes);
    for (std::uint32_t i = 0; i < header.records; ++i) {
        LOAM_TRY(const RecordHeader record, decode_record_header(table));
        table = table.subspan(kRecordHeaderBytes);
        if (is_history(record.type)) accounts.insert(record.account);
    }
    return {};
}

}  // namespace

Task<Result<SegmentSurvey>> survey_segment(io::Disk& disk, std::string dir, SegmentId segment) {
    LOAM_CO_TRY(const std::unique_ptr<SegmentWindow> window,
                co_await SegmentWindow::open(disk, segment_path(dir, segment)));
    SegmentSurvey survey;
    std::uint64_t offset = kSegmentHeaderBytes;
    for (;;) {
        LOAM_CO_TRY(const Bytes block, co_await window->view(offset, kGroupAlignBytes));
        const std::optional<GroupHeader> header = group_header_at(block, segment, offset);
        if (!header) {
            co_return fail(Errc::corrupt,
                           describe_place(dir, segment, offset) + ": no group, and not closed");
        }
        const std::size_t front_bytes = kGroupHeaderBytes + header->meta_bytes;
        LOAM_CO_TRY(const Bytes front, co_await window->view(offset, front_bytes));
        if (front.size() < front_bytes || !metas_intact(*header, front)) {
            co_return fail(Errc::corrupt,
                           describe_place(dir, segment, offset) + ": record table or metas");
        }
        LOAM_CO_TRY_STATUS(note_accounts(*header, front, survey.accounts));
        survey.front_bytes += align_up(front_bytes, kGroupAlignBytes);
        offset += header->total_bytes;
        if ((header->flags & kGroupClosed) == 0) continue;
        survey.end = make_lsn(segment, offset);
        co_return survey;
    }
}

}  // namespace loam
