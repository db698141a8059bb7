// Compiled once so that every other target can reuse its precompiled header.
