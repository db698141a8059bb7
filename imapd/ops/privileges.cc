#include "imapd/ops/privileges.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <spdlog/spdlog.h>

namespace loam::ops {
namespace {

struct User {
    uid_t uid = 0;
    gid_t gid = 0;
};

Error failed(const std::string& what) {
    return fail(Errc::io, what + ": " + std::strerror(errno));
}

Result<User> find_user(const std::string& name) {
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 16'384> memory{};
    if (getpwnam_r(name.c_str(), &entry, memory.data(), memory.size(), &found) != 0 ||
        found == nullptr) {
        return fail(Errc::not_found, "process.user: no user " + name + " on this machine");
    }
    return User{.uid = entry.pw_uid, .gid = entry.pw_gid};
}

void forbid_core_dumps() {
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0) spdlog::warn("{}", failed("setrlimit").what);
    if (prctl(PR_SET_DUMPABLE, 0) != 0) spdlog::warn("{}", failed("PR_SET_DUMPABLE").what);
}

}  // namespace

void restrict_process(bool core_dumps) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        spdlog::warn("{}", failed("PR_SET_NO_NEW_PRIVS").what);
    // Whoever is not root has nothing to drop, and may not.
    for (int capability = 0; capability <= CAP_LAST_CAP && geteuid() == 0; ++capability)
        static_cast<void>(prctl(PR_CAPBSET_DROP, capability, 0, 0, 0));  // or newer than the kernel
    if (!core_dumps) forbid_core_dumps();
}

Status become_user(const std::string& user, const std::vector<std::string>& files,
                   bool core_dumps) {
    LOAM_TRY(const User who, find_user(user));
    if (geteuid() != 0) {
        if (geteuid() == who.uid) return {};
        return fail(Errc::invalid, "process.user: only root can become " + user);
    }
    if (who.uid == 0) return fail(Errc::invalid, "process.user: root is whom not to be");
    for (const std::string& file : files) {
        if (lchown(file.c_str(), who.uid, who.gid) != 0) return failed(file);
    }
    // The C library does this in every thread.
    if (initgroups(user.c_str(), who.gid) != 0) return failed("initgroups");
    if (setresgid(who.gid, who.gid, who.gid) != 0) return failed("setresgid");
    if (setresuid(who.uid, who.uid, who.uid) != 0) return failed("setresuid");
    if (setuid(0) == 0) return fail(Errc::io, "root could be won back");
    if (!core_dumps) forbid_core_dumps();  // the kernel thinks again when a user changes
    spdlog::info("running as {}", user);
    return {};
}

}  // namespace loam::ops
