#include "imapd/auth/sasl.h"

#include <gsasl.h>
#include <utility>

#include "engine/base/check.h"
#include "imapd/auth/crypto.h"

namespace loam::imap {
namespace {

int set(Gsasl_session* session, Gsasl_property property, const std::string& value) {
    return gsasl_property_set(session, property, value.c_str());
}

SaslSession::Outcome outcome_of(int code) {
    switch (code) {
        case GSASL_NEEDS_MORE:
            return SaslSession::Outcome::more;
        case GSASL_OK:
            return SaslSession::Outcome::done;
        case GSASL_MECHANISM_PARSE_ERROR:
        case GSASL_MECHANISM_CALLED_TOO_MANY_TIMES:
        case GSASL_BASE64_ERROR:
            return SaslSession::Outcome::malformed;
        default:
            return SaslSession::Outcome::refused;
    }
}

}  // namespace

SaslLibrary::SaslLibrary() {
    LOAM_CHECK(gsasl_init(&gsasl_) == GSASL_OK);
    gsasl_callback_set(gsasl_, [](Gsasl* library, Gsasl_session* session, Gsasl_property wanted) {
        return SaslSession::answer(library, session, wanted);
    });
}

SaslLibrary::~SaslLibrary() {
    gsasl_done(gsasl_);
}

SaslSession::SaslSession(const SaslLibrary& library, const std::string& mechanism,
                         std::string_view binding)
    : binding_(base64_of(binding)) {
    LOAM_CHECK(gsasl_server_start(library.get(), mechanism.c_str(), &session_) == GSASL_OK);
    gsasl_session_hook_set(session_, this);
}

SaslSession::~SaslSession() {
    gsasl_finish(session_);
}

// What libgsasl wants to know. It has no answer to tls-unique, which TLS 1.3 lacks: RFC 9266.
int SaslSession::answer(Gsasl* /*library*/, Gsasl_session* session, int property) {
    const auto* self = static_cast<SaslSession*>(gsasl_session_hook_get(session));
    switch (property) {
        case GSASL_VALIDATE_SIMPLE:
        case GSASL_VALIDATE_EXTERNAL:
            return GSASL_OK;  // whoever asked for the step looks at the claim
        case GSASL_CB_TLS_EXPORTER:
            return self->binding_.empty() ? GSASL_NO_CALLBACK
                                          : set(session, GSASL_CB_TLS_EXPORTER, self->binding_);
        default:
            break;
    }
    if (!self->has_secret_) return GSASL_NO_CALLBACK;
    const ScramSecret& secret = self->secret_;
    switch (property) {
        case GSASL_SCRAM_ITER:
            return set(session, GSASL_SCRAM_ITER, std::to_string(secret.iterations));
        case GSASL_SCRAM_SALT:
            return set(session, GSASL_SCRAM_SALT, base64_of(secret.salt));
        case GSASL_SCRAM_STOREDKEY:
            return set(session, GSASL_SCRAM_STOREDKEY, base64_of(secret.stored_key));
        case GSASL_SCRAM_SERVERKEY:
            return set(session, GSASL_SCRAM_SERVERKEY, base64_of(secret.server_key));
        default:
            return GSASL_NO_CALLBACK;
    }
}

SaslSession::Turn SaslSession::step(const std::string& response) {
    char* out = nullptr;
    std::size_t out_size = 0;
    const int code = gsasl_step(session_, response.data(), response.size(), &out, &out_size);
    const std::unique_ptr<char, void (*)(void*)> owner(out, gsasl_free);
    Turn turn{.outcome = outcome_of(code), .output = {}};
    if (out != nullptr) turn.output.assign(out, out_size);
    return turn;
}

void SaslSession::set_secret(ScramSecret secret) {
    secret_ = std::move(secret);
    has_secret_ = true;
}

SaslSession::Claim SaslSession::claim() const {
    const auto text = [this](Gsasl_property which) {
        const char* value = gsasl_property_fast(session_, which);
        return std::string(value == nullptr ? "" : value);
    };
    return {.authzid = text(GSASL_AUTHZID),
            .authcid = text(GSASL_AUTHID),
            .password = text(GSASL_PASSWORD)};
}

}  // namespace loam::imap
