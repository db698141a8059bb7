#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/io/net.h"
#include "imapd/admin/import.h"

namespace loam::admin {

/// The account of a running server, behind its admin socket. Errors of every call beside the
/// target's: invalid (what cannot be sent, an answer that this program does not understand), io.
/// Thread: the stream's.
class RemoteImport final : public ImportTarget {
  public:
    /// Errors: not_found (no such user).
    static Task<Result<std::unique_ptr<RemoteImport>>> open(std::unique_ptr<io::Stream> stream,
                                                            std::string user);
    Task<Result<ImportMailbox>> mailbox(std::string name, bool create) override;
    Task<Result<std::optional<ImportedMessage>>> look(std::string mailbox, Uid uid) override;
    Task<Status> begin(ImportMessage message) override;
    Task<Status> write(Bytes octets) override;
    Task<Result<ImportedMessage>> finish() override;
    Task<void> abandon() override;
    Task<Result<std::vector<KeywordsLeftOut>>> append(std::string mailbox) override;

  private:
    explicit RemoteImport(std::unique_ptr<io::Stream> stream) : stream_(std::move(stream)) {}
    std::unique_ptr<io::Stream> stream_;
};

}  // namespace loam::admin
