#pragma once

#include <string>

#include "engine/io/loop.h"
#include "engine/io/ring_disk.h"

namespace loam::io {

/// Measures which SyncMethod makes a write of 16 KiB durable sooner in `dir`: a few of each by
/// turns, for about 200 ms at most, in a scratch file that is gone afterwards; the smaller median
/// wins. `disk` keeps the method it had: the caller sets the result on every RingDisk. At start,
/// before anything else uses `disk`. Errors: io, no_room, not_found (no such directory).
Task<Result<SyncMethod>> probe_sync(RingDisk& disk, std::string dir, Loop& loop);

}  // namespace loam::io
