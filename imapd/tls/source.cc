#include "imapd/tls/source.h"

namespace loam::tls {

Result<std::unique_ptr<TlsSource>> TlsSource::load(TlsConfig config) {
    LOAM_TRY(auto context, TlsContext::load(config));
    return std::unique_ptr<TlsSource>(new TlsSource(std::move(config), std::move(context)));
}

std::shared_ptr<const TlsContext> TlsSource::current() const {
    const std::lock_guard lock(mutex_);
    return context_;
}

Status TlsSource::reload() {
    LOAM_TRY(auto context, TlsContext::load(config_));
    const std::lock_guard lock(mutex_);
    context_ = std::move(context);
    return Status::good();
}

}  // namespace loam::tls
