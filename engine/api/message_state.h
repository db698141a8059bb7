#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/api/message.h"
#include "engine/codec/blob_layout.h"
#include "engine/keep/content_stream.h"
#include "engine/keep/read_pins.h"
#include "engine/keep/stored_sidecar.h"
#include "engine/mail/parsed_message.h"

namespace loam {

/// The inside of MessageInfo: a stored sidecar, decoded as far as somebody asked.
struct MessageInfo::Impl {
    /// Errors: corrupt, unsupported.
    static Result<std::shared_ptr<const MessageInfo>> parse(std::string stored);

    std::string stored;
    keep::StoredSidecar halves;
    mail::SidecarView view;
    mail::Structure structure;
    BlobLayout layout;
    bool structure_decoded = false;

    /// Decodes structure and layout. Errors: corrupt.
    Status decode();
};

struct ContentReader::Impl {
    std::shared_ptr<const MessageInfo>
        info;  // shared: the stream borrows its layout, others look at it as well
    keep::ContentStream stream;
    keep::ReadPins::Pin pin;
};

}  // namespace loam
