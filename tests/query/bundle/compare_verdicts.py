"""compare_verdicts.py SCRIPTS KEY: standard input has bundles, each behind a line "LENGTH (with | without) VERDICT" of what the other verifier
said of it, with the key or without one. Exit code 1: the two disagree."""
import functools
import sys

sys.path.insert(0, sys.argv[1])
import verify_bundle  # noqa: E402

# Most bundles bear the same checkpoint.
verify_bundle.ed25519_verifies = functools.lru_cache(maxsize=4096)(verify_bundle.ed25519_verifies)
verify_bundle.point_of = functools.lru_cache(maxsize=64)(verify_bundle.point_of)


def verdict_on(data, key):
    """As the other verifier writes it, and why not."""
    try:
        told = verify_bundle.Verified(data, key)
    except verify_bundle.Refused as refused:
        return "", str(refused)
    answer = told.answer
    return "%s %d %d %d %d %d" % (str(answer.recomputed).lower(), len(answer.nodes), len(answer.edges), answer.known_at["tx"],
                                  len(answer.uses), len(answer.unlisted)), ""


def main(key_file):
    with open(key_file, encoding="utf-8") as file:
        key = verify_bundle.read_key(file.read())
    count = refused = differ = 0
    for line in sys.stdin.buffer:
        length, trust, theirs = line.decode().rstrip("\n").split(" ", 2)
        data = sys.stdin.buffer.read(int(length))
        mine, why = verdict_on(data, key if trust == "with" else None)
        count += 1
        refused += not mine
        if mine != theirs:
            differ += 1
            print("bundle %d: \"%s\" there, \"%s\" here (%s)" % (count, theirs, mine, why))
    print("%d verdicts, %d of them refusals; %d differ" % (count, refused, differ))
    return 1 if differ or not count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[2]))
