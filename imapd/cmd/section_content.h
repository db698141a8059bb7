#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/api/account.h"
#include "engine/api/message.h"
#include "engine/base/result.h"
#include "engine/io/task.h"
#include "imapd/syntax/section.h"

/// Which octets of a message a section means: RFC 9051 section 6.4.5.1. For FETCH and CATENATE.
namespace loam::imap {

/// The section is made of some fields of the header, which has to be read for them.
bool picks_fields(const SectionSpec& section);

/// The octets that the section lies in: itself, or the header that it picks fields of. Nothing if
/// there is no such section.
std::optional<mail::OctetRange> section_octets(const mail::Structure& structure,
                                               const SectionSpec& section);

/// Those of `range` that a partial leaves. Beyond the end is empty, not wrong.
mail::OctetRange cut(const mail::OctetRange& range, const std::optional<Partial>& partial);

/// The fields that the section picks of the header in `header`. Errors: expunged, corrupt, io.
Task<Result<std::string>> read_fields(Account& account, Cid cid, mail::OctetRange header,
                                      const SectionSpec& section);

}  // namespace loam::imap
