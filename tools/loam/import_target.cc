#include "tools/loam/import_target.h"

#include <utility>

#include "imapd/admin/remote_import.h"
#include "tools/loam/ask.h"

namespace loam::tool {

Result<std::unique_ptr<OpenTarget>> OpenTarget::open(Runtime& runtime, const Options& options,
                                                     const std::string& user) {
    std::unique_ptr<OpenTarget> opened(new OpenTarget(runtime));
    auto store = open_store(runtime, options, false);
    if (!store && store.error().code == Errc::busy) {
        LOAM_TRY_STATUS(opened->open_there(options.store, user, store.error()));
        return opened;
    }
    LOAM_TRY(opened->store_, std::move(store));
    if (Status found = opened->open_here(user); !found) {
        LOAM_TRY_STATUS(opened->close());
        return found.error();
    }
    return opened;
}

Status OpenTarget::open_here(const std::string& user) {
    LOAM_TRY(auto import, runtime_.run(admin::StoreImport::open(*store_, runtime_.loop(), user)));
    here_ = import.get();
    target_ = std::move(import);
    return {};
}

Status OpenTarget::open_there(const std::string& store, const std::string& user,
                              const Error& held) {
    LOAM_TRY(auto stream, runtime_.run(connect_holder(net_, store, held)));
    LOAM_TRY(target_, runtime_.run(admin::RemoteImport::open(std::move(stream), user)));
    return {};
}

Status OpenTarget::close() {
    if (here_ != nullptr) runtime_.run(here_->close());
    target_.reset();
    return store_ ? runtime_.run(store_->close()) : Status::good();
}

}  // namespace loam::tool
