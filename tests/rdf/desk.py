"""What the checks of RDF share: the other Python, the command, the corpus, and stores to try things in."""
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT, COMMAND = pathlib.Path(sys.argv[1]), sys.argv[2]
SKIPPED = 77


def skip(why):
    """Ends the check: as skipped where that may be, as failed under CI."""
    print(f"\n*** NOT TESTED: {why} ***\n", file=sys.stderr)
    sys.exit(1 if os.environ.get("CI") else SKIPPED)


def use_other_python():
    """Goes on in the Python that has rdflib and pySHACL."""
    try:
        import pyshacl  # noqa: F401
        return
    except ImportError:
        pass
    python = ROOT / "build/rdf-python/bin/python"
    if not python.exists() or os.environ.get("AMONT_RDF_PYTHON"):
        skip(f"there is no pySHACL; ./run test installs it into {python.parent.parent}")
    os.environ["AMONT_RDF_PYTHON"] = "yes"
    os.execv(python, [str(python), "-B", *sys.argv])


def corpus(part):
    root = pathlib.Path(os.environ.get("AMONT_CORPUS") or ROOT.parent / "shared") / part
    if not root.exists():
        skip(f"there is no corpus at {root}; set AMONT_CORPUS")
    return root


class Register:
    """A store of its own, gone in the end."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="amont-rdf-")
        self.run("init", "--quiet")
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def try_run(self, *words):
        """(exit code, what it printed, what it said)"""
        done = subprocess.run([COMMAND, "-s", f"{self.folder.name}/store", *map(str, words)], capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr

    def run(self, *words):
        code, out, said = self.try_run(*words)
        assert code == 0, f"amont {' '.join(map(str, words))}: exit {code}\n{said}"
        return out


def fill_hub(register):
    """The small hub, and what a catalogue says of it."""
    for chapter in sorted((ROOT / "examples/hub").glob("*.jsonl")):
        register.run("import", chapter, "--format", "jsonl")
    register.run("import", ROOT / "examples/catalogue/descriptions.jsonl", "--format", "jsonl")


def fill_snds(register):
    """The dictionary of the SNDS, and who holds and describes its bases."""
    register.run("import", corpus("data/a-snds/schemas"), "--format", "table-schema")
    register.run("import", ROOT / "examples/hub/01-catalogue.jsonl", "--format", "jsonl")
    register.run("import", ROOT / "examples/catalogue/descriptions.jsonl", "--format", "jsonl")
