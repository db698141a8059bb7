#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/api/account.h"
#include "engine/api/message.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/io/task.h"

namespace loam {

/// Looks into one message's decoded text: RFC 9051 section 6.4.4. Needles are UTF-8 as given;
/// folded here. For large messages: what is looked at is streamed part by part. Thread: the
/// account's owner. Errors: expunged, corrupt, io.
class MessageText {
  public:
    MessageText(Account& account, Cid cid, std::shared_ptr<const MessageInfo> info);

    /// A header field of the message itself contains the needle; an empty needle: the field is
    /// there.
    Task<Result<bool>> header_contains(std::string_view field, std::string_view needle);
    /// A text part, or the header of a nested message, contains it.
    Task<Result<bool>> body_contains(std::string_view needle);
    /// The same, or the message's header, or the MIME header of a part.
    Task<Result<bool>> text_contains(std::string_view needle);

  private:
    using Consume = std::function<bool(std::string_view)>;  // false: enough seen
    Task<Status> read(mail::OctetRange range, const Consume& consume);
    Task<Result<std::string>> read_all(mail::OctetRange range);
    Task<Result<bool>> part_header_contains(const mail::Part& part, const std::string& folded);
    Task<Result<bool>> part_body_contains(const mail::Part& part, const std::string& folded);
    Task<Result<bool>> parts_contain(std::string_view needle, bool mime_headers);

    Account& account_;
    const Cid cid_;
    std::shared_ptr<const MessageInfo> info_;  // shared: others look at it as well
};

}  // namespace loam
