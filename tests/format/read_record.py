"""Reads the example of FORMAT.md with nothing but what FORMAT.md says: record -> header, parts, salts -> roots.

usage: read_record.py PROJECT_ROOT
"""
import hashlib
import re
import sys


def read_blocks(text):
    out, name = {}, None
    for block in re.findall(r"^```hex\n(.*?)^```", text, re.S | re.M):
        for line in block.splitlines():
            line = line.split(";")[0]
            if "=" in line:
                name, line = (half.strip() for half in line.split("="))
                out[name] = ""
            out[name] += line.replace(" ", "")
    return {key: bytes.fromhex(digits) for key, digits in out.items()}


def sha(*pieces):
    return hashlib.sha256(b"".join(pieces)).digest()


def root(leaves):  # RFC 6962, section 2.1
    if len(leaves) < 2:
        return leaves[0] if leaves else sha()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\1", root(leaves[:k]), root(leaves[k:]))


def number(data, at, size):
    return int.from_bytes(data[at : at + size], "little")


def pointer(record, at):
    """Cap'n Proto: (where it points, as a byte offset; the 32 bits that say what is there)."""
    low, high = number(record, at, 4), number(record, at + 4, 4)
    offset = (low >> 2) - (1 << 30 if low >> 31 else 0)
    return at + 8 + 8 * offset, high


def data(record, at):
    begin, high = pointer(record, at)
    assert high & 7 == 2
    return record[begin : begin + (high >> 3)]


def seeds_of(record, at):
    begin, high = pointer(record, at)
    assert high & 7 == 7
    count, words, pointers = number(record, begin, 4) >> 2, number(record, begin + 4, 2), number(record, begin + 6, 2)
    for one in range(begin + 8, begin + 8 + 8 * count * (words + pointers), 8 * (words + pointers)):
        level, index = (record[one], number(record, one + 4, 4)) if words else (0, 0)
        yield level, index, data(record, one + 8 * words)


def split(parts):
    at = 0
    while at < len(parts):
        size = shift = 0
        while True:
            byte, at = parts[at], at + 1
            size, shift = size | (byte & 127) << shift, shift + 7
            if byte < 128:
                break
        yield parts[at : at + size]
        at += size


def salts(seeds, count):
    levels = (count - 1).bit_length() if count > 1 else 0
    out = [None] * count
    for level, index, seed in seeds:
        for i in range(count):
            if i >> levels - level != index:
                continue
            salt = seed
            for bit in reversed(range(levels - level)):
                salt = sha(b"\3" if i >> bit & 1 else b"\2", salt)
            out[i] = salt
    return out


def main():
    told = read_blocks(open(sys.argv[1] + "/FORMAT.md", encoding="utf-8").read())
    failed = 0

    def check(name, value):
        nonlocal failed
        if told.get(name) != value:
            failed += 1
            print(f"FORMAT.md, {name}: it says {told.get(name, b'').hex() or 'nothing'}, the record {value.hex()}")

    record = told["record"]
    first, sizes = pointer(record, 0)
    at = first + 8 * (sizes & 0xFFFF)  # behind the words of data
    header, parts = data(record, at), list(split(data(record, at + 16)))
    count = int.from_bytes(header[4:8], "big")
    assert len(header) == 160 and len(parts) == count
    seeds = list(seeds_of(record, at + 8))
    check("header", header)
    check("seed", seeds[0][2])
    commitments = []
    for i, (part, salt) in enumerate(zip(parts, salts(seeds, count))):
        commitments.append(sha(b"\0", salt, part))
        check(f"part {i}", part)
        check(f"salt {i}", salt)
        check(f"commitment {i}", commitments[i])
    check("parts_root", root(commitments))
    check("parts_root", header[96:128])
    check("leaf", sha(b"\0", header))
    check("root", root([header[64:96], sha(b"\0", header)]))  # the tree over one transaction is its leaf

    rest = [(level, index, told[f"seed {level},{index}"]) for level, index in ((1, 1), (2, 0), (3, 3))]
    for i, salt in enumerate(salts(rest, count)):
        if salt != (None if i == 2 else told[f"salt {i}"]):
            failed += 1
            print(f"FORMAT.md: after part 2 was redacted, its seeds give another salt {i}")
    print(f"{count} parts, leaf {sha(bytes(1), header).hex()}: " + ("not what FORMAT.md says" if failed else "as FORMAT.md says"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
