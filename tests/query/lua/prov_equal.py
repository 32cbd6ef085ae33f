"""Compares provenance documents as Python's package prov reads them.

    prov_equal.py PAIRS

PAIRS has two paths a line, with a tab between: a document, in PROV-JSON or PROV-N (by its name, *.json or *.provn), and the PROV-JSON that
should say the same. Each pair that differs is told on a line of its own, with the first thing that one of them lacks. Exit code 3: this
Python has no package prov.

The package writes PROV-N and does not read it; what reads it here is made for this test alone, from the grammar of PROV-N.
"""

import re
import sys

try:
    from prov.constants import PROV_ATTRIBUTE_QNAMES, PROV_N_MAP, PROV_QUALIFIEDNAME, XSD_ANYURI
    from prov.identifier import Identifier, Namespace
    from prov.model import PROV, Literal, ProvDocument, parse_xsd_datetime
except ImportError:
    sys.exit(3)

# The arguments of each statement, in PROV-N's order.
ARGUMENTS = {
    "entity": [], "agent": [], "activity": ["startTime", "endTime"],
    "wasGeneratedBy": ["entity", "activity", "time"], "used": ["activity", "entity", "time"],
    "wasInformedBy": ["informed", "informant"], "wasStartedBy": ["activity", "trigger", "starter", "time"],
    "wasEndedBy": ["activity", "trigger", "ender", "time"], "wasInvalidatedBy": ["entity", "activity", "time"],
    "wasDerivedFrom": ["generatedEntity", "usedEntity", "activity", "generation", "usage"],
    "wasAttributedTo": ["entity", "agent"], "wasAssociatedWith": ["activity", "agent", "plan"],
    "actedOnBehalfOf": ["delegate", "responsible", "activity"], "wasInfluencedBy": ["influencee", "influencer"],
    "alternateOf": ["alternate1", "alternate2"], "specializationOf": ["specificEntity", "generalEntity"],
    "mentionOf": ["specificEntity", "generalEntity", "bundle"], "hadMember": ["collection", "entity"],
}
SUBTYPES = {"wasRevisionOf": "Revision", "wasQuotedFrom": "Quotation", "hadPrimarySource": "PrimarySource"}
TOKEN = re.compile(
    r'''(?:\s|//[^\n]*|/\*.*?\*/)*(?:
        "{3}(?P<long>(?:\\.|[^\\])*?)"{3} | "(?P<text>(?:\\.|[^"\\])*)" | '(?P<name>(?:\\.|[^'\\])*)' | <(?P<iri>[^>]*)> |
        (?P<mark>%%|[()\[\],;={}@]) | (?P<word>(?:\\.|[^\s,;()\[\]={}<>"'\\])+) | (?P<end>\Z))''', re.S | re.X)


class ProvN:
    """One text of PROV-N, read into a ProvDocument."""

    def __init__(self, text):
        self.text, self.at = text, 0
        self.advance()

    def advance(self):
        match = TOKEN.match(self.text, self.at)
        if not match:
            raise ValueError(f"no token at {self.at}: {self.text[self.at:self.at + 40]!r}")
        self.kind, self.value, self.at = match.lastgroup, match.group(match.lastgroup), match.end()

    def take(self, kind=None, value=None):
        if (kind and self.kind != kind) or (value and self.value != value):
            raise ValueError(f"expected {value or kind} at {self.at}, got {self.value!r}")
        taken = self.value
        self.advance()
        return taken

    def document(self):
        document = ProvDocument()
        self.take("word", "document")
        self.container(document, "endDocument")
        return document

    def container(self, bundle, end):
        while self.value != end:
            word = self.take("word")
            if word == "prefix":
                prefix = self.take("word")
                bundle.add_namespace(Namespace(prefix, self.take("iri")))
            elif word == "default":
                bundle.set_default_namespace(self.take("iri"))
            elif word == "bundle":
                inner = bundle.bundle(self.qualified(bundle, self.take("word")))
                self.container(inner, "endBundle")
            else:
                self.statement(bundle, word)
        self.advance()

    def qualified(self, bundle, text):
        text = re.sub(r"\\(.)", r"\1", text)
        name = bundle.valid_qualified_name(text)
        if name is None:
            raise ValueError(f"{text} has no prefix that is declared")
        return name

    def statement(self, bundle, word):
        name = word.rpartition(":")[2]
        identifier, arguments, attributes, is_known = None, [], [], name in ARGUMENTS or name in SUBTYPES
        self.take("mark", "(")
        while self.value != ")" or self.kind != "mark":
            if not is_known:
                depth = 1
                while depth:
                    depth += {"(": 1, ")": -1}.get(self.value, 0) if self.kind == "mark" else 0
                    if depth:
                        self.advance()
                break
            if self.kind == "mark" and self.value == "[":
                self.advance()
                while not (self.kind == "mark" and self.value == "]"):
                    attributes.append(self.attribute(bundle))
                    if self.kind == "mark" and self.value == ",":
                        self.advance()
                self.advance()
                break
            arguments.append(self.take("word"))
            if self.kind == "mark" and self.value == ";":
                identifier = arguments.pop()
            if self.value != ")":
                self.advance()
        self.take("mark", ")")
        if not is_known:
            return
        if name in SUBTYPES:
            attributes.append((PROV["type"], PROV[SUBTYPES[name]]))
            name = "wasDerivedFrom"
        if name in ("entity", "agent", "activity"):
            identifier = arguments.pop(0)
        said = {}
        for argument, value in zip(ARGUMENTS[name], arguments):
            if value != "-":
                known_as = PROV[argument]
                said[known_as] = (self.qualified(bundle, value) if known_as in PROV_ATTRIBUTE_QNAMES else parse_xsd_datetime(value))
        kind = next(kind for kind, told in PROV_N_MAP.items() if told == name)
        identifier = None if identifier in (None, "-") else self.qualified(bundle, identifier)
        bundle.new_record(kind, identifier, said, attributes)

    def attribute(self, bundle):
        name = self.qualified(bundle, self.take("word"))
        self.take("mark", "=")
        if self.kind == "name":
            return name, self.qualified(bundle, self.take())
        if self.kind == "word":
            return name, int(self.take())
        text = re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t", "r": "\r"}.get(m[1], m[1]), self.take())
        language = kind = None
        if self.kind == "mark" and self.value == "@":
            self.advance()
            language = self.take("word")
        if self.kind == "mark" and self.value == "%%":
            self.advance()
            word = self.take("word")
            kind = None if language else self.qualified(bundle, word)
        if kind == PROV_QUALIFIEDNAME or str(kind) == "xsd:QName":
            return name, self.qualified(bundle, text)
        if kind == XSD_ANYURI:
            return name, Identifier(text)
        return name, Literal(text, kind, language) if kind or language else text


def canonical(value):
    """A value that compares as PROV's do: xsd names in either spelling of their namespace."""
    if isinstance(value, Literal):
        kind = value.datatype.uri.replace("XMLSchema#", "XMLSchema") if value.datatype else None
        return ("literal", str(value.value), kind, value.langtag)
    return value


def content(bundle):
    """What a bundle says: attributes by statement, statements of one id together."""
    said = {}
    for record in bundle.get_records():
        attributes = frozenset((name.uri, canonical(value)) for name, value in record.attributes)
        identifier = record.identifier.uri if record.identifier else None
        if identifier is None:
            said[(str(record.get_type()), attributes)] = frozenset()
        else:
            key = (str(record.get_type()), identifier)
            said[key] = said.get(key, frozenset()) | attributes
    return said


def read(path):
    with open(path, encoding="utf-8-sig") as file:
        text = file.read()
    return ProvN(text).document() if path.endswith(".provn") else ProvDocument.deserialize(content=text, format="json")


def difference(left, right):
    """What one of two documents says and the other does not; None when they are equal."""
    def containers(document):
        return {"": document} | {bundle.identifier.uri: bundle for bundle in document.bundles}

    first, second = containers(left), containers(right)
    if first.keys() != second.keys():
        return f"bundles {sorted(first.keys() ^ second.keys())}"
    for name in first:
        one, other = content(first[name]), content(second[name])
        for key in one.keys() | other.keys():
            if one.get(key) != other.get(key):
                return f"{name} {key}: {one.get(key)} / {other.get(key)}"
    return None


def main(pairs):
    failures = 0
    with open(pairs, encoding="utf-8") as lines:
        for line in lines:
            left, right = line.rstrip("\n").split("\t")
            try:
                told = difference(read(left), read(right))
            except Exception as error:  # the package has many of its own
                told = f"{type(error).__name__}: {error}"
            if told:
                failures += 1
                print(f"{left}: {told[:600]}")
    return 1 if failures else 0


sys.exit(main(sys.argv[1]))
