"""compare_verdicts.py SCRIPTS FOLDER: FOLDER has bundles, the key, and what the other verifier said of each. Exit code 1: they disagree."""
import os
import sys

sys.path.insert(0, sys.argv[1])
import verify_bundle  # noqa: E402


def main(folder):
    with open(os.path.join(folder, "key"), encoding="utf-8") as file:
        key = verify_bundle.read_key(file.read())
    differ = 0
    with open(os.path.join(folder, "verdicts"), encoding="utf-8") as file:
        verdicts = [line.rstrip("\n") for line in file]
    for line in verdicts:
        name, _, theirs = line.partition(" ")
        with open(os.path.join(folder, name), "rb") as file:
            data = file.read()
        why = ""
        try:
            told = verify_bundle.Verified(data, key)
            mine = "%s %d %d %d" % (str(told.answer.recomputed).lower(), len(told.answer.nodes), len(told.answer.edges),
                                    told.answer.known_at["tx"])
        except verify_bundle.Refused as refused:
            mine, why = "", str(refused)
        if mine != theirs:
            differ += 1
            print("bundle %s: \"%s\" there, \"%s\" here (%s)" % (name, theirs, mine, why))
    print("%d verdicts, %d differ" % (len(verdicts), differ))
    return 1 if differ or not verdicts else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[2]))
