#!/usr/bin/env python3
"""Runs scripts on the example hub in many circumstances and compares what they print: check_same_bytes.py AMONT ROOT

Each question of tests/query/lua/answers.txt runs here and apart; a few run 20 times, by turns here and apart, under other languages,
time zones, and on one processor or all. All rules of the project run both ways. Exit 0: every output had the same bytes.
"""
import itertools
import os
import subprocess
import sys
import tempfile

RUNS = 20
OFTEN = 4  # questions that run so many times
LANGUAGES = ("C", "fr_FR.UTF-8", "tr_TR.UTF-8")  # a decimal comma; an i that is not I in small
ZONES = ("UTC", "Asia/Kathmandu", "America/St_Johns")


def make_languages(folder):
    """Compiles locales into a folder, where their sources are at hand; where not, their names are still set."""
    for name in LANGUAGES[1:]:
        try:
            subprocess.run(["localedef", "--quiet", "-i", name.split(".")[0], "-f", "UTF-8", os.path.join(folder, name)],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        except FileNotFoundError:
            return


def circumstances(languages):
    """Environments and prefixes to the command, for ever."""
    one_processor = ["taskset", "-c", str(min(os.sched_getaffinity(0)))]
    for i in itertools.count():
        env = {"LC_ALL": LANGUAGES[i % len(LANGUAGES)], "LOCPATH": languages, "TZ": ZONES[i // 2 % len(ZONES)]}
        yield env, one_processor if i % 4 >= 2 else []


def main(amont, root):
    with tempfile.TemporaryDirectory() as work:
        store, languages = os.path.join(work, "hub"), os.path.join(work, "locales")
        os.mkdir(languages)
        make_languages(languages)
        base = {"AMONT_STORE": store, "PATH": os.environ["PATH"]}
        subprocess.run([amont, "init"], env=base, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([amont, "import", os.path.join(root, "examples/hub"), "--format", "jsonl"], env=base, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        around = circumstances(languages)
        different = 0

        def run(words, apart, format_):
            env, prefix = next(around)
            trust = "--untrusted" if apart else "--trusted"
            done = subprocess.run([*prefix, amont, *words, trust, "--format", format_], env={**base, **env},
                                  capture_output=True, check=False)
            return done.returncode, done.stdout, done.stderr

        def compare(words, runs, format_):
            nonlocal different
            first = run(words, False, format_)
            if first[0] not in (0, 1):
                print(f"{' '.join(words)}: code {first[0]}: {first[2].decode(errors='replace')}")
                different += 1
            for i in range(1, runs):
                if run(words, i % 2 == 1, format_) != first:
                    print(f"{' '.join(words)}, run {i}: other bytes than the first time")
                    different += 1

        with open(os.path.join(root, "tests/query/lua/answers.txt"), encoding="utf-8") as book:
            questions = [line[2:].split() for line in book if line.startswith("$ ")]
        for i, question in enumerate(questions):
            often = i % (len(questions) // OFTEN) == 0
            compare(["run", *question], RUNS if often else 2, ("json", "table", "html")[i % 3])
        compare(["check", "today=2026-01-01"], 2, "json")
        print(f"{len(questions)} questions, {different} differences")
        return 1 if different or len(questions) < 20 else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
