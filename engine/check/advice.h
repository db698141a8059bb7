#pragma once

/// What mends a finding, for people: the end of "PROGRAM --store DIR ...".
namespace loam::check {

inline constexpr const char* kAdviseRebuild = "`loam rebuild` makes the index anew from the log";
inline constexpr const char* kAdviseSalvage =
    "`loam fsck --salvage` keeps what can be kept and says what is lost";

}  // namespace loam::check
