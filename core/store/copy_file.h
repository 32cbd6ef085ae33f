// Copying files and telling copies apart: for backups.
#pragma once

#include <functional>
#include <string>

#include "core/io/files.h"
#include "core/merkle/sha256.h"

namespace amont {

// Told how many bytes more are done.
using CopyDone = std::function<Status(std::uint64_t bytes)>;

// The SHA-256 of a file's first `bytes`. kDamaged when it has fewer.
Result<Digest> digest_of_file(Files& files, const std::string& path, std::uint64_t bytes, const CopyDone& done = {});
// Copies them to a file that is made or overwritten; returns when its content is on disk, with the digest of what was copied.
Result<Digest> copy_file(Files& files, const std::string& from, const std::string& to, std::uint64_t bytes,
                         const CopyDone& done = {});

}  // namespace amont
