#!/usr/bin/env python3
"""Verifies an evidence bundle of Amont and prints the lineage that it proves. Needs Python 3.9 and nothing else.

usage: verify_bundle.py BUNDLE --key K.pub [--checkpoint NOTE] [--json]

Exit code 0: it verifies. 1: it does not. 2: the command line, or a file on it, can't be read. 3: a file is not there.

Written from FORMAT.md alone (sections 1, 5, 6, 12 and 13), as a second opinion: it shares nothing with the program that made the bundle.
A file to be read from top to bottom: signatures, canonical JSON, proofs, records, the walk, the answer, the printing.
"""
import argparse
import base64
import binascii
import bisect
import datetime
import hashlib
import json
import math
import os
import re
import struct
import sys


class Refused(Exception):
    """The bundle does not verify; the text says why."""


def must(holds, why):
    if not holds:
        raise Refused(why)


# Ed25519: RFC 8032, section 5.1.7 and appendix A -----------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def add(a, b):  # extended coordinates (X, Y, Z, T)
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    x, y, z, t = f - e, h - g, h + g, f + e
    return (x * y % P, z * t % P, y * z % P, x * t % P)


def times(n, point):
    out = (0, 1, 1, 0)
    while n:
        if n & 1:
            out = add(out, point)
        point = add(point, point)
        n >>= 1
    return out


def point_of(data):
    """The point of 32 bytes, or None."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_verifies(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r, s = point_of(key), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    left, right = times(s, BASE), add(r, times(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# Texts -------------------------------------------------------------------------------------------------------------------


def sha256(*pieces):
    hasher = hashlib.sha256()
    for piece in pieces:
        hasher.update(piece)
    return hasher.digest()


def from_base64(text, what):
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        raise Refused(what + " is no base64") from None
    must(base64.b64encode(data).decode() == text, what + " is no canonical base64")
    return data


INTEGER_MAX = 2**53 - 1
DEPTH_MAX = 32


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def check_json(value, depth=1):
    must(depth <= DEPTH_MAX, "its JSON is nested too deep")
    if isinstance(value, int) and not isinstance(value, bool):
        must(-INTEGER_MAX <= value <= INTEGER_MAX, "a number in it is too large")
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        check_json(inner, depth + 1)


def no_float(text):
    raise Refused("its JSON has a number that is no integer")


def read_json(data, what):
    """Canonical JSON: only what json.dumps would write again."""
    try:
        value = json.loads(data.decode("utf-8"), parse_float=no_float, parse_constant=no_float)
        must(canonical(value) == data, what + " is not canonical JSON")
    except (ValueError, RecursionError):
        raise Refused(what + " is not canonical JSON") from None
    check_json(value)
    return value


def has(value, *names):
    return isinstance(value, dict) and set(value) == set(names)


def is_text(value):
    return isinstance(value, str)


def is_text_or_none(value):
    return value is None or isinstance(value, str)


def is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_texts(value):
    return isinstance(value, list) and all(map(is_text, value))


EPOCH = datetime.datetime(1970, 1, 1)
TIME_FIRST, TIME_LAST = -62135596800 * 10**6, 253402300800 * 10**6 - 1  # years 0001 to 9999


def time_text(micros):
    must(TIME_FIRST <= micros <= TIME_LAST, "a time is out of range")
    when = EPOCH + datetime.timedelta(microseconds=micros)
    text = when.strftime("%m-%dT%H:%M:%S")
    if when.microsecond:
        text += (".%06d" % when.microsecond).rstrip("0")
    return "%04d-%sZ" % (when.year, text)


TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
                  r"(?:[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,6}))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2})))?")


def read_time(text):
    """Microseconds since 1970 of a time of RFC 3339, or of the beginning of a date."""
    fields = TIME.fullmatch(text)
    must(fields, "\"%s\" is no time" % text)
    year, month, day, hour, minute, second, fraction, sign, zone_hour, zone_minute = fields.groups("0")
    must(zone_hour < "24" and zone_minute < "60", "\"%s\" is no time" % text)
    try:
        when = datetime.datetime(int(year), int(month), int(day), int(hour), int(minute), int(second))
    except ValueError:
        raise Refused("\"%s\" is no time" % text) from None
    zone = (int(zone_hour) * 60 + int(zone_minute)) * 60 * 10**6 * (-1 if sign == "-" else 1)
    micros = (when - EPOCH) // datetime.timedelta(microseconds=1) + int(fraction.ljust(6, "0")) - zone
    must(TIME_FIRST <= micros <= TIME_LAST, "a time is out of range")
    return micros


def canonical_time(text):
    """Likewise, of the one text that the register writes for it."""
    micros = read_time(text)
    must(time_text(micros) == text, "\"%s\" is not how a time is written" % text)
    return micros


def is_time_or_none(value):
    return value is None or (is_text(value) and canonical_time(value) is not None)


# Keys and checkpoints (C2SP signed-note, tlog-checkpoint) -----------------------------------------------------------------


def has_controls(text):
    return any(ord(c) < 32 or 127 <= ord(c) < 160 for c in text)


def name_is_good(name):
    return 0 < len(name.encode("utf-8")) <= 1024 and "+" not in name and not has_controls(name) and not any(map(str.isspace, name))


def read_key(line):
    """(name, id, public key) of a K.pub; ValueError."""
    if len(line.encode("utf-8")) > 4096:
        raise ValueError("too long for a key")
    name, key_id, text = line[:-1].split("+", 2) if line.endswith("\n") else line.split("+", 2)
    data = base64.b64decode(text, validate=True)
    if not name_is_good(name) or len(data) != 33 or data[0] != 1 or base64.b64encode(data).decode() != text:
        raise ValueError("not a key that signs")
    expected = sha256(name.encode("utf-8"), b"\n", data)[:4]
    if expected.hex() != key_id:
        raise ValueError("its id does not fit")
    return name, expected, data[1:]


SIGNATURES_MAX = 100
NOTE_BYTES_MAX = 1 << 20


def parse_note(note):
    """(text, [(name, key id, signature)], (origin, size, root)) of a signed checkpoint."""
    must(len(note.encode("utf-8")) <= NOTE_BYTES_MAX, "the note is too long")
    must(not any((ord(c) < 32 and c != "\n") for c in note), "the note has control characters")
    cut = note.rfind("\n\n")
    must(cut >= 0 and note.endswith("\n") and not note.endswith("\n\n"), "the note has no signatures")
    text, lines = note[: cut + 1], note[cut + 2 : -1].split("\n")
    must(len(lines) <= SIGNATURES_MAX, "the note has too many signatures")
    signatures = []
    for line in lines:
        pieces = line.split(" ")
        must(len(pieces) == 3 and pieces[0] == "\u2014" and name_is_good(pieces[1]), "a signature is not of the form")
        data = from_base64(pieces[2], "a signature")
        must(len(data) > 4, "a signature is too short")
        signatures.append((pieces[1], data[:4], data[4:]))
    lines = text[:-1].split("\n")
    must(len(lines) >= 3 and all(lines), "the checkpoint is not of the form")
    must(re.fullmatch(r"0|[1-9][0-9]{0,19}", lines[1]) and int(lines[1]) < 2**64, "the checkpoint's size is no number")
    root = from_base64(lines[2], "the checkpoint's root")
    must(len(root) == 32, "the checkpoint's root is no digest")
    return text, signatures, (lines[0], int(lines[1]), root)


def read_note(note, key):
    """The checkpoint (origin, size, root) in a note; with a key, one that the key signed."""
    text, signatures, checkpoint = parse_note(note)
    if key:
        mine = [signature for name, key_id, signature in signatures if (name, key_id) == (key[0], key[1])]
        must(mine and all(ed25519_verifies(key[2], text.encode("utf-8"), one) for one in mine),
             "the checkpoint is not signed by the key")
    return checkpoint


# The envelope (DSSE) and the statement (in-toto) ---------------------------------------------------------------------------

PAYLOAD_TYPE = "application/vnd.in-toto+json"


def read_bundle(data, key):
    must(data.endswith(b"\n"), "it is no bundle, or the end of it is missing")
    envelope = read_json(data[:-1], "its envelope")
    must(has(envelope, "payload", "payloadType", "signatures"), "it is no bundle: its envelope is not of the form")
    must(envelope["payloadType"] == PAYLOAD_TYPE and is_text(envelope["payload"]), "it is no bundle: of another type")
    signatures = envelope["signatures"]
    must(isinstance(signatures, list) and len(signatures) == 1 and has(signatures[0], "keyid", "sig"), "it has not one signature")
    must(is_text(signatures[0]["keyid"]) and is_text(signatures[0]["sig"]), "its signature is not of the form")
    payload = from_base64(envelope["payload"], "its payload")
    if key:
        must(signatures[0]["keyid"] == key[1].hex(), "it is signed with another key")
        signed = b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)
        signature = from_base64(signatures[0]["sig"], "its signature")
        must(ed25519_verifies(key[2], signed, signature), "its signature is not good")
    statement = read_json(payload, "its statement")
    must(has(statement, "_type", "predicate", "predicateType", "subject"), "it is no in-toto statement")
    must(statement["_type"] == "https://in-toto.io/Statement/v1", "it is no in-toto statement")
    must(statement["predicateType"] == "urn:amont:bundle:1", "its form is not known here")
    predicate = statement["predicate"]
    must(has(predicate, "answer", "checkpoint", "excerpt", "script"), "its predicate is not of the form")
    must(is_text(predicate["checkpoint"]) and is_text(predicate["excerpt"]), "its predicate is not of the form")
    digest = sha256(canonical(predicate["answer"])).hex()
    must(statement["subject"] == [{"digest": {"sha256": digest}, "name": "answer"}], "its subject is not its answer")
    return predicate


# The excerpt: headers and parts, and the proofs that they are in the log (RFC 6962) -----------------------------------------


TEXT_MAX, NAME_MAX, LABEL_MAX, KEY_MAX, ITEMS_MAX = 1 << 20, 256, 1024, 1024, 10000


class Reader:
    """Bytes from left to right; whatever misfits is refused (FORMAT.md, section 5.1)."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def bytes(self, size):
        must(size <= len(self.data) - self.at, "bytes are missing")
        self.at += size
        return self.data[self.at - size : self.at]

    def u8(self):
        return self.bytes(1)[0]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.u8()
            must(shift < 63 or (shift == 63 and byte <= 1), "a number is too large")
            value |= (byte & 127) << shift
            if byte < 128:
                must(byte or not shift, "a number is not in its shortest form")
                return value
            shift += 7

    def signed(self):
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def raw(self):
        return self.bytes(self.varint())

    def text(self, bytes_max=TEXT_MAX, plain=False):
        """plain: without control characters."""
        data = self.raw()
        must(len(data) <= bytes_max, "a text is too long")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("a text is not UTF-8") from None
        must("\0" not in text and not (plain and has_controls(text)), "a text has characters that may not be in it")
        return text

    def told(self):
        text = self.text()
        must(text, "a heading is empty")
        return text

    def name(self):
        name = self.text(NAME_MAX, plain=True)
        must(name, "a name is empty")
        return name

    def time(self):
        micros = self.signed()
        must(TIME_FIRST <= micros <= TIME_LAST, "a time is out of range")
        return micros

    def end(self):
        must(self.at == len(self.data), "there are bytes too many")


def root_of(size, leaves, siblings):
    """The root over `size` leaves of which [(index, digest)] are known, ascending; `siblings` are all used up."""
    last = -1
    for index, _ in leaves:
        must(last < index < size, "leaves are out of order")
        last = index
    rest, indexes = iter(siblings), [index for index, _ in leaves]

    def visit(first, count, begin, end):
        if begin == end:
            digest = next(rest, None)
            must(digest is not None, "a proof is too short")
            return digest
        if count == 1:
            return leaves[begin][1]
        left = 1 << (count - 1).bit_length() - 1
        cut = bisect.bisect_left(indexes, first + left, begin, end)
        left_root = visit(first, left, begin, cut)
        return sha256(b"\1", left_root, visit(first + left, count - left, cut, end))

    root = visit(0, size, 0, len(leaves)) if size else sha256()
    must(next(rest, None) is None, "a proof is too long")
    return root


class Transaction:
    """A header, and the parts of it that are shown: [(index, salt or commitment, bytes or None)]."""

    def __init__(self, reader):
        self.header = reader.bytes(160)
        fields = struct.unpack(">BBHI16sQqQQII32s32s32s", self.header)
        version, self.kind, reserved, self.part_count, self.register, self.number, self.time, self.batch = fields[:8]
        _, self.schema_version, more, self.previous_root, self.parts_root, state_root = fields[8:]
        must(version == 1, "a header is of another format")
        must(self.kind <= 4, "a header is of an unknown kind")
        must(reserved == more == 0 and state_root == bytes(32), "a header has something in reserved places")
        must(TIME_FIRST <= self.time <= TIME_LAST, "a header's time is out of range")
        must(self.batch == (0, self.number)[self.kind] if self.kind <= 1 else 0 < self.batch < self.number, "a header is of no batch")
        self.parts, following = [], 0
        for _ in range(reader.varint()):
            index = following + reader.varint()
            must(index < 2**32, "a part's place is too large")
            following = index + 1
            tag = reader.u8()
            salt = reader.bytes(32)
            must(tag <= 1, "a part is of an unknown kind")
            part = None if tag else reader.raw()
            must(part != b"", "a part is empty")
            self.parts.append((index, salt, part))
        self.siblings = [reader.bytes(32) for _ in range(reader.varint())]
        self.visible = self.number
        self.author = self.reason = ""
        self.redacted = 0

    def prove_parts(self):
        leaves = [(i, salt if part is None else sha256(b"\0", salt, part)) for i, salt, part in self.parts]
        must(root_of(self.part_count, leaves, self.siblings) == self.parts_root,
             "a part of transaction %d is not what was recorded" % self.number)


def read_excerpt(data, register, size, root):
    reader = Reader(data)
    must(reader.u8() == 1, "the excerpt is of another format")
    transactions = [Transaction(reader) for _ in range(reader.varint())]
    siblings = [reader.bytes(32) for _ in range(reader.varint())]
    reader.end()
    last, last_time, leaves = 0, TIME_FIRST, []
    for one in transactions:
        must(one.register == register, "transaction %d is of another register" % one.number)
        must(last < one.number <= size, "the checkpoint does not cover transaction %d, or it is out of order" % one.number)
        must(last_time <= one.time, "transaction %d is older than one before it" % one.number)
        last, last_time = one.number, one.time
        one.prove_parts()
        leaves.append((one.number - 1, sha256(b"\0", one.header)))
    must(root_of(size, leaves, siblings) == root, "the transactions are not in the log that the checkpoint tells of")
    closes = {one.batch: one.number for one in transactions if one.kind == 3}
    for one in transactions:
        if one.kind:
            must(closes.get(one.batch, 0) >= one.number, "nothing shows that the batch of transaction %d was closed" % one.number)
            one.visible = closes[one.batch]
    return transactions


# Parts and records (FORMAT.md, section 5) -----------------------------------------------------------------------------------

REMOVED, SEALED = object(), object()


def read_scalar(reader, tag):
    if tag == 1:
        return reader.text()
    if tag == 2:
        return reader.signed()
    if tag == 3:
        data = reader.bytes(8)
        real = struct.unpack(">d", data)[0]
        must(math.isfinite(real) and data != b"\x80" + bytes(7), "a real is not of the form")
        return real
    if tag in (4, 5):
        return tag == 5
    must(tag == 6, "a value is of an unknown type")
    return {"@time": time_text(reader.signed())}


def read_value(reader, tag):
    if tag != 7:
        return read_scalar(reader, tag)
    count = reader.varint()
    must(count <= ITEMS_MAX, "a list is too long")
    return [read_scalar(reader, reader.u8()) for _ in range(count)]


def read_changes(reader):
    out = []
    for _ in range(reader.varint()):
        name, tag = reader.name(), reader.u8()
        must(not out or out[-1][0].encode() < name.encode(), "the properties of a record are out of order")
        out.append((name, REMOVED if tag == 0 else SEALED if tag == 8 else read_value(reader, tag)))
    return out


def read_flags(reader, is_edge):
    flags = reader.u8()
    must(flags < 64 and flags & 12 != 12 and flags & 48 != 48, "the flags of a put contradict each other")
    must(not flags & 1 or (flags & 2 and not is_edge), "a put gives a name and begins nothing")
    return flags


def read_times(reader, flags):
    """(what to do, time) for valid_from and valid_to."""
    out = []
    for is_set, is_cleared in ((4, 8), (16, 32)):
        out.append(("set", reader.time()) if flags & is_set else ("clear" if flags & is_cleared else "keep", None))
    return out


def read_edge(reader):
    return reader.varint(), reader.varint(), reader.varint(), reader.text(LABEL_MAX, plain=True)


def read_ref(reader):
    ref = reader.text(NAME_MAX + 1 + KEY_MAX, plain=True)
    kind, _, key = ref.partition(":")
    must(KIND.fullmatch(kind) and 0 < len(key.encode()) <= KEY_MAX, "a ref is not of the form")
    return ref


def skip_source(reader):
    told = [reader.text() for _ in range(3)]
    number, has_time = reader.varint(), reader.u8()
    must(has_time <= 1 and (any(told) or number or has_time), "a source is not of the form")
    if has_time:
        reader.time()


KIND = re.compile(r"[a-z][a-z0-9_]{0,255}")
KINDS_MAX, PROPERTIES_MAX = 4096, 1000
ROLES = ("", "dataset", "variable", "project", "run", "output", "publication")


class Kind:
    """A row of the schema: `stays` is what no later row of its name may contradict."""

    def __init__(self, stays):
        self.stays, self.ends, self.props = stays, [], {}

    def grow(self, ends, props):
        """Whether anything is new."""
        changed = False
        for pair in ends:
            if pair not in self.ends:
                self.ends.append(pair)
                changed = True
        for name, declared in props:
            changed |= name not in self.props
            must(self.props.setdefault(name, declared) == declared, "a growth of the schema contradicts the one before: %s" % name)
        must(len(self.props) <= PROPERTIES_MAX, "a kind has too many properties")
        return changed


class Schema:
    def __init__(self):
        self.version, self.nodes, self.edges = 0, {}, {}  # by name; edges are numbered in their order
        self.edge_rows = []  # (name, class, weak) by number

    def grow(self, reader):
        self.version += 1
        reader.text()
        changed = False
        for _ in range(reader.varint()):
            name, role = self.read_kind(reader), reader.u8()
            must(role < len(ROLES), "a kind has an unknown role")
            props = self.read_rows(reader)
            changed |= name not in self.nodes
            kind = self.nodes.setdefault(name, Kind(ROLES[role] or (name if name in ROLES[1:] else "")))
            must(ROLES[role] in ("", kind.stays), "a growth of the schema gives %s another role" % name)
            changed |= kind.grow((), props)
        for _ in range(reader.varint()):
            name, edge_class, flags = self.read_kind(reader), reader.u8(), reader.u8()
            must(edge_class < 3 and flags < 4, "an edge is of an unknown class")
            ends = [(self.read_names(reader), self.read_names(reader)) for _ in range(reader.varint())]
            props = self.read_rows(reader)
            if name not in self.edges:
                must(ends or flags & 2, "a kind of edge joins nothing")
                self.edges[name] = Kind((edge_class, flags))
                self.edge_rows.append((name, edge_class, bool(flags & 1)))
                changed = True
            must(self.edges[name].stays == (edge_class, flags), "a growth of the schema makes of %s something else" % name)
            changed |= self.edges[name].grow(ends, props)
        must(max(len(self.nodes), len(self.edges)) <= KINDS_MAX, "the schema has too many kinds")
        for kind in self.edges.values():
            for names in sum(kind.ends, ()):
                must(names and all(name in self.nodes for name in names), "an edge joins kinds that no schema declares")
        must(changed, "a growth of the schema changes nothing")

    @staticmethod
    def read_kind(reader):
        name = reader.text(NAME_MAX)
        must(KIND.fullmatch(name), "\"%s\" can't name a kind" % name)
        return name

    @staticmethod
    def read_names(reader):
        return tuple(reader.name() for _ in range(reader.varint()))

    @staticmethod
    def read_rows(reader):
        rows = [(reader.name(), (reader.u8(), reader.u8())) for _ in range(reader.varint())]
        must(all(value_type <= 4 and flags <= 3 for _, (value_type, flags) in rows), "a property is of an unknown type")
        return rows


class Record:
    """A node or an edge: what its puts came to."""

    def __init__(self):
        self.begun, self.props, self.valid, self.redacted, self.tx = False, {}, [None, None], {}, 0

    def put(self, begins, changes, times_, number):
        if begins:
            self.__init__()
        must(begins or self.begun, "transaction %d changes a record whose beginning is not there" % number)
        self.begun, self.tx = True, number
        for name, value in changes:
            self.redacted.pop(name, None)
            if value is REMOVED:
                self.props.pop(name, None)
            else:
                self.props[name] = value
        for end, (what, time) in enumerate(times_):
            if what != "keep":
                self.valid[end] = time
        must(None in self.valid or self.valid[0] < self.valid[1], "transaction %d puts a record for no time" % number)


class Proven:
    def __init__(self, transactions):
        self.schema, self.nodes, self.edges = Schema(), {}, {}  # id -> Record; (kind, from, to, label) -> Record
        self.refs, self.ids = {}, {}
        self.transactions = {one.number: one for one in transactions}
        for one in transactions:
            self.take(one)
        must(not transactions or self.schema.version == transactions[-1].schema_version, "not all growths of the schema are there")
        for one in transactions:
            close = self.transactions[one.visible]
            one.time, one.author, one.reason = close.time, close.author, close.reason
        for ref in self.ids:
            must(ref.split(":")[0] in self.schema.nodes, "%s is of a kind that no schema declares" % ref)
        for kind, start, end, _ in self.edges:
            must(start in self.refs and end in self.refs, "an edge joins nodes that are not there")
            must(kind < len(self.schema.edge_rows), "an edge is of a kind that no schema declares")
        self.by_name = {
            (self.schema.edge_rows[kind][0], self.refs[start], self.refs[end], label): (kind, start, end, label)
            for kind, start, end, label in self.edges}

    def take(self, transaction):
        """Parts in their order: the heading, then changes, each with its sealed values right behind it."""
        parts, at, in_heading, last_kind = transaction.parts, 0, True, 0  # last_kind: of the heading
        while at < len(parts):
            index, salt, part = parts[at]
            at += 1
            if part is None:
                must(in_heading, "part %d belongs to no record" % index)
                transaction.redacted += 1
                continue
            reader = Reader(part)
            kind = reader.u8()
            if kind in (0x10, 0x11, 0x12):
                must(in_heading and last_kind < kind, "a heading is out of order")
                last_kind = kind
                if kind == 0x10:
                    transaction.author = reader.told()
                elif kind == 0x11:
                    transaction.reason = reader.told()
                else:
                    skip_source(reader)
                reader.end()
                continue
            in_heading = False
            if kind == 0x06:
                self.schema.grow(reader)
                reader.end()
                continue
            must(kind in (1, 2), "part %d is of a kind that no bundle has" % index)
            flags = read_flags(reader, kind == 2)
            if kind == 1:
                key = reader.varint()
                owner = b"\1" + part[2 : reader.at]
                ref = read_ref(reader) if flags & 1 else None
            else:
                begin = reader.at
                key, ref = read_edge(reader), None
                owner = b"\2" + part[begin : reader.at]
            times_ = read_times(reader, flags)
            changes = read_changes(reader)
            reader.end()
            gone = {}
            for place, (name, value) in enumerate(changes):
                if value is not SEALED:
                    continue
                index += 1
                must(at < len(parts) and parts[at][0] == index, "a sealed value is neither there nor told to be redacted")
                _, salt, sealed = parts[at]
                at += 1
                if sealed is None:
                    gone[name] = (transaction.number, index, salt.hex())
                    changes[place] = (name, REMOVED)
                    transaction.redacted += 1
                else:
                    changes[place] = (name, self.read_sealed(sealed, owner, name))
            if ref is not None:
                must(key not in self.refs and ref not in self.ids, "transaction %d gives a name again" % transaction.number)
                self.refs[key], self.ids[ref] = ref, key
            if kind == 1:
                must(key in self.refs, "transaction %d changes a node that has no name" % transaction.number)
            record = (self.nodes if kind == 1 else self.edges).setdefault(key, Record())
            record.put(bool(flags & 2), changes, times_, transaction.number)
            record.redacted.update(gone)

    @staticmethod
    def read_sealed(part, owner, name):
        reader = Reader(part)
        must(reader.u8() == 5 and part[1 : 1 + len(owner)] == owner, "a sealed value belongs to another record")
        reader.bytes(len(owner))
        must(reader.text() == name, "a sealed value has another name")
        value = read_value(reader, reader.u8())
        must(any(map(is_text, value if isinstance(value, list) else [value])), "a sealed value is no text")
        reader.end()
        return value

    def role(self, node):
        return self.schema.nodes[self.refs[node].split(":")[0]].stays


# The walk: query/WALKS.md at granularity `dataset`, over what is proven -----------------------------------------------------


class Walk:
    def __init__(self, proven, starts, upstream, depth_max, exact_only, kinds):
        self.proven, self.upstream, self.depth_max = proven, upstream, depth_max
        self.exact_only, self.kinds = exact_only, kinds
        self.first = {node: node for node in proven.refs}
        self.near, self.wholes, self.parts, self.tables = {}, {}, {}, {}
        self.find_things()
        self.find_ties()
        self.starts = {self.thing(node) for node in starts}

    def thing(self, node):
        while self.first[node] != node:
            self.first[node] = self.first[self.first[node]]
            node = self.first[node]
        return node

    def find_things(self):
        role = self.proven.role
        for kind, start, end, _ in self.proven.edges:
            name, edge_class, _ = self.proven.schema.edge_rows[kind]
            of_variable = role(start) == "variable"
            if edge_class == 1 and ((name == "part_of" and of_variable and role(end) in ("dataset", "output"))
                                    or (name == "same_as" and not of_variable)):
                self.first[self.thing(start)] = self.thing(end)
        self.members = {}
        for node in self.first:
            self.members.setdefault(self.thing(node), []).append(node)

    def find_ties(self):
        role = self.proven.role
        for edge in self.proven.edges:
            kind, start, end, _ = edge
            name, edge_class, _ = self.proven.schema.edge_rows[kind]
            if edge_class == 0:
                self.near.setdefault(start if self.upstream else end, []).append(edge)
            a, b = self.thing(start), self.thing(end)
            if edge_class == 1 and name in ("part_of", "version_of") and a != b and role(start) == role(end) == "dataset":
                self.wholes.setdefault(a, set()).add(b)
                self.parts.setdefault(b, set()).add(a)
                if name == "part_of":
                    self.tables.setdefault(b, set()).add(a)

    @staticmethod
    def all_from(relation, start):
        found, todo = set(), [start]
        while todo:
            for one in relation.get(todo.pop(), ()):
                if one != start and one not in found:
                    found.add(one)
                    todo.append(one)
        return found

    def steps(self, thing):
        """(edge, the thing at its far end, whether it is exact): of the thing, its parts and its wholes."""
        whose = {whole: False for whole in self.all_from(self.wholes, thing)}
        tables = self.all_from(self.tables, thing) if self.upstream else set()
        for part in self.all_from(self.parts, thing):
            whose[part] = whose.get(part, False) or not self.upstream or part in tables
        whose[thing] = True
        for one, exact in whose.items():
            members = self.members[one]
            leaves_project = one not in self.starts and any(self.proven.role(node) == "project" for node in members)
            for node in members:
                for edge in self.near.get(node, ()):
                    far = self.thing(edge[2] if self.upstream else edge[1])
                    yield edge, far, exact and not leaves_project and not self.proven.schema.edge_rows[edge[0]][2]

    def search(self, exact_only):
        depths = {thing: 0 for thing in self.starts}
        level, depth = list(self.starts), 0
        while level and depth < self.depth_max:
            depth += 1
            following = []
            for thing in level:
                for _, far, exact in self.steps(thing):
                    if (exact or not exact_only) and far not in depths:
                        depths[far] = depth
                        following.append(far)
            level = following
        return depths

    def run(self):
        """([(ref, depth, precision)], [edge by name]) as an answer lists them."""
        exactly = self.search(True)
        depths = exactly if self.exact_only else self.search(False)
        listed, followed = [], set()
        for thing, depth in depths.items():
            if thing not in self.starts:
                members = self.members[thing]
                rest = [node for node in members if self.proven.role(node) != "variable"]
                for node in rest or members:
                    ref = self.proven.refs[node]
                    if not self.kinds or ref.split(":")[0] in self.kinds:
                        listed.append((ref, exactly.get(thing, depth), "exact" if thing in exactly else "possible"))
            if depth < self.depth_max:
                followed |= {edge for edge, _, exact in self.steps(thing) if exact or not self.exact_only}
        names, refs = self.proven.schema.edge_rows, self.proven.refs
        edges = [(names[kind][0], refs[start], refs[end], label) for kind, start, end, label in followed]
        return (sorted(listed, key=lambda one: (one[1], one[0].encode())),
                sorted(edges, key=lambda edge: tuple(text.encode() for text in edge)))


# The answer, held against what is proven -------------------------------------------------------------------------------------

VERBS = ("upstream", "downstream", "sources", "touches", "coverage", "run")
OPTIONS = {"as_of": is_text, "depth": is_count, "exact": lambda value: value is True, "gaps": lambda value: value is True,
           "granularity": is_text, "kind": is_texts, "known_at": is_text,
           "limit": is_count, "project": is_texts, "through": is_texts, "valid_at": is_text}
NO_DEPTH = 2**32 - 1


class Answer:
    def __init__(self, answer, script, proven):
        self.proven = proven
        must(has(answer, "amont", "completeness", "edges", "known_at", "nodes", "question", "uses", "valid_at"),
             "the answer is not of the form")
        must(answer["amont"] == 1 and answer["amont"] is not True, "the answer is not of the form")
        self.known_at, self.valid_at = answer["known_at"], answer["valid_at"]
        self.check_known_at()
        self.check_question(answer["question"])
        self.check_completeness(answer["completeness"])
        self.nodes = self.check_nodes(answer["nodes"])
        self.edges = self.check_edges(answer["edges"])
        self.uses = self.check_uses(answer["uses"])
        self.check_script(script)
        self.script = script
        self.recomputed = self.ask_again()

    def is_known(self, ref):
        must(ref in self.proven.ids, "nothing proves that %s is in the register" % ref)

    def check_known_at(self):
        known, valid = self.known_at, self.valid_at
        must(has(known, "time", "tx") and is_text(known["time"]) and is_count(known["tx"]), "known_at is not of the form")
        must(known["tx"] in self.proven.transactions, "the transaction that the answer is of is not in the bundle")
        must(time_text(self.proven.transactions[known["tx"]].time) == known["time"], "known_at tells another time")
        for one in self.proven.transactions.values():
            must(one.visible <= known["tx"], "transaction %d became known after what the answer is of" % one.number)
        if has(valid, "from", "to"):
            must(is_text(valid["from"]) and is_text(valid["to"]) and canonical_time(valid["from"]) < canonical_time(valid["to"]),
                 "valid_at is not of the form")
        else:
            must(is_time_or_none(valid), "valid_at is not of the form")

    def check_question(self, question):
        must(has(question, "options", "start", "verb") and is_texts(question["start"]) and is_text(question["verb"])
             and isinstance(question["options"], dict), "the question is not of the form")
        self.verb, self.start, self.options = question["verb"], question["start"], question["options"]
        must(self.verb in VERBS, "no bundle answers such a question")
        for name, value in self.options.items():
            must(name in OPTIONS and OPTIONS[name](value), "the question's option \"%s\" is not of the form" % name)
        for ref in self.start:
            self.is_known(ref)
        must(len(set(self.start)) == len(self.start), "a start is told twice")
        self.check_clocks()
        must(self.start or self.verb in ("coverage", "run"), "the question has no start")

    def check_clocks(self):
        """What the question says of time, against what the answer says."""
        asked = self.options.get("known_at")
        if asked is not None and re.fullmatch("[0-9]{1,19}", asked):
            must(self.known_at["tx"] <= int(asked), "the answer is of a later transaction than the question")
        elif asked is not None:
            must(canonical_time(self.known_at["time"]) <= read_time(asked), "the answer is of a later time than the question")
        told = self.valid_at if not isinstance(self.valid_at, dict) else "%(from)s/%(to)s" % self.valid_at
        must(self.options.get("valid_at") == told, "the answer is of another time than the question")
        must(is_time_or_none(self.options.get("as_of")), "the question's option \"as_of\" is no time")

    def check_completeness(self, told):
        must(has(told, "reasons", "state", "unknown") and isinstance(told["reasons"], list)
             and isinstance(told["unknown"], list), "completeness is not of the form")
        for one in told["reasons"]:
            must(has(one, "at_least", "count", "reason") and isinstance(one["at_least"], bool) and is_count(one["count"])
                 and is_text(one["reason"]), "completeness is not of the form")
        for one in told["unknown"]:
            must(has(one, "missing", "ref") and is_text(one["missing"]) and is_text(one["ref"]), "completeness is not of the form")
            self.is_known(one["ref"])
        must(told["state"] == ("partial" if told["reasons"] else "complete"), "completeness contradicts itself")
        self.completeness = told

    def check_nodes(self, nodes):
        must(isinstance(nodes, list), "nodes is no list")
        out, before = [], None
        for one in nodes:
            if self.verb == "touches":
                must(has(one, "depth", "direct", "key", "kind", "precision", "ref") and isinstance(one["direct"], bool),
                     "a node is not of the form")
            else:
                must(has(one, "depth", "key", "kind", "precision", "ref"), "a node is not of the form")
            ref, depth = one["ref"], one["depth"]
            must(is_text(ref), "a node is not of the form")
            self.is_known(ref)
            must([one["kind"], one["key"]] == ref.split(":", 1), "what is told of %s does not fit" % ref)
            must((is_count(depth) and depth < NO_DEPTH) or (depth is None and self.verb in ("touches", "run")),
                 "what is told of %s does not fit" % ref)
            must(one["precision"] in ("exact", "possible"), "what is told of %s does not fit" % ref)
            at = (NO_DEPTH if depth is None else depth, ref.encode())
            must(before is None or before < at, "the nodes are not in order")
            before = at
            out.append((ref, depth, one["precision"]))
        return out

    def check_edges(self, edges):
        must(isinstance(edges, list), "edges is no list")
        out, before = [], None
        for one in edges:
            must(has(one, "from", "kind", "label", "to", "tx"), "an edge is not of the form")
            name = (one["kind"], one["from"], one["to"], one["label"])
            must(all(map(is_text, name)), "an edge is not of the form")
            must(name in self.proven.by_name, "nothing proves the edge %s from %s to %s" % name[:3])
            must(is_count(one["tx"]) and one["tx"] == self.proven.edges[self.proven.by_name[name]].tx,
                 "the edge %s from %s to %s is of another transaction" % name[:3])
            at = tuple(text.encode() for text in name)
            must(before is None or before < at, "the edges are not in order")
            before = at
            out.append(name)
        return out

    def check_uses(self, uses):
        self.unlisted = []
        if self.verb != "coverage":
            must(uses is None, "only coverage tells of uses")
            return []
        must(isinstance(uses, list), "uses is no list")
        projects = self.options.get("project", [])
        for ref in projects:
            self.has_role(ref, "project")
        before = None
        for one in uses:
            must(has(one, "by", "from", "gaps", "label", "project", "to", "used", "user") and isinstance(one["by"], list)
                 and isinstance(one["gaps"], list) and is_text(one["label"]) and is_text_or_none(one["project"])
                 and is_text(one["used"]) and is_text(one["user"]), "a use is not of the form")
            must(("used", one["user"], one["used"], one["label"]) in self.proven.by_name,
                 "nothing proves that %s used %s" % (one["user"], one["used"]))
            self.has_role(one["user"], "run", "project")
            if one["project"] is not None:
                self.has_role(one["project"], "project")
            must(not projects or one["project"] in projects, "a use is for none of the projects asked about")
            must(one["gaps"] or (one["by"] and "gaps" not in self.options), "a use is told as neither covered nor not")
            self.check_stretch(one)
            at = tuple(text.encode() for text in (one["user"], one["used"], one["project"] or "", one["label"]))
            must(before is None or before < at, "the uses are not in order")
            before = at
            for by in one["by"]:
                must(has(by, "approval", "from", "late", "to") and is_text(by["approval"]) and is_text(by["from"])
                     and is_text(by["to"]) and isinstance(by["late"], bool), "a use is not of the form")
                self.is_approval(by["approval"])
                self.check_stretch(by)
            for gap in one["gaps"]:
                must(has(gap, "from", "nearest", "reason", "to") and is_text(gap["reason"])
                     and is_text_or_none(gap["nearest"]), "a use is not of the form")
                if gap["nearest"] is not None:
                    self.is_approval(gap["nearest"])
                self.check_stretch(gap)
        listed = {(one["user"], one["used"], one["label"]) for one in uses}
        self.unlisted = [edge for edge in self.edges if edge[0] == "used" and edge[1:] not in listed
                         and self.proven.role(self.proven.ids[edge[1]]) in ("run", "project")]
        return uses

    def has_role(self, ref, *roles):
        self.is_known(ref)
        must(self.proven.role(self.proven.ids[ref]) in roles, "%s is no %s" % (ref, " or ".join(roles)))

    def is_approval(self, ref):
        self.is_known(ref)
        must(ref.startswith("approval:"), "%s is no approval" % ref)

    @staticmethod
    def check_stretch(told):
        """`from` and `to`: times, or unknown."""
        must(is_time_or_none(told["from"]) and is_time_or_none(told["to"]), "a use is not of the form")
        must(told["from"] is None or told["to"] is None or read_time(told["from"]) <= read_time(told["to"]), "a use ends before it begins")

    def check_script(self, script):
        if self.verb != "run":
            must(script is None, "a script is told, and the question is none")
            return
        must(has(script, "arguments", "name", "report", "sha256", "source") and is_text(script["name"])
             and is_text(script["report"]) and is_text(script["source"]) and isinstance(script["arguments"], dict)
             and all(map(is_text, script["arguments"].values())), "the script is not of the form")
        must(script["sha256"] == sha256(script["source"].encode()).hex(), "the script's digest is not that of its text")

    def ask_again(self):
        """The question once more, of the proven records alone; whether that could be done."""
        if not self.start or self.valid_at is not None or self.verb in ("touches", "run"):
            return False
        if set(self.options) & {"limit", "granularity", "through"}:
            return False
        depth_max = min(self.options.get("depth", NO_DEPTH), NO_DEPTH)
        kinds = [] if self.verb == "sources" else self.options.get("kind", [])
        starts = [self.proven.ids[ref] for ref in self.start]
        walk = Walk(self.proven, starts, self.verb != "downstream", depth_max, "exact" in self.options, kinds)
        listed, followed = walk.run()
        must(followed == self.edges, "the proven records lead along other edges than the answer tells")
        if self.verb == "sources":
            must(set(self.nodes) <= set(listed), "the proven records do not lead to what the answer lists")
            return False
        must(listed == self.nodes, "the proven records give another answer")
        return True


# All of it ----------------------------------------------------------------------------------------------------------------------


class Verified:
    def __init__(self, data, key, checkpoint=None):
        """data: the file's bytes; key: as read_key() gives it, or None; checkpoint: a note got elsewhere. Refused says why not."""
        predicate = read_bundle(data, key)
        self.origin, self.size, self.root = read_note(predicate["checkpoint"], key)
        must(re.fullmatch(r"amont/[0-9a-f]{32}", self.origin), "its checkpoint is of no register")
        excerpt = from_base64(predicate["excerpt"], "its excerpt")
        transactions = read_excerpt(excerpt, bytes.fromhex(self.origin[6:]), self.size, self.root)
        if checkpoint is not None:
            self.hold_against(checkpoint, key, transactions)
        self.proven = Proven(transactions)
        self.answer = Answer(predicate["answer"], predicate["script"], self.proven)

    def hold_against(self, checkpoint, key, transactions):
        origin, size, root = read_note(checkpoint, key)
        must(origin == self.origin, "the checkpoint given is of another register")
        shown = {one.number - 1: one.previous_root for one in transactions}
        shown[self.size] = self.root
        must(size in shown, "the bundle does not show what the log was at the %d transactions of the checkpoint given" % size)
        must(shown[size] == root, "the log was another at %d transactions: the checkpoints disagree" % size)


def safe(text):
    """For a terminal: controls and invisible characters are shown, not obeyed."""
    return "".join(c if c.isprintable() else "\\u{%x}" % ord(c) for c in text)


def print_table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def title_of(record):
    title = record.props.get("title", record.props.get("label", ""))
    if "title" in record.redacted:
        return "[redacted, commitment %s]" % record.redacted["title"][2][:16]
    return title if is_text(title) else ""


def print_lineage(verified):
    proven, answer = verified.proven, verified.answer
    rows = [("DEPTH", "PRECISION", "REF", "TITLE", "RECORDED", "BY")]
    for ref, depth, precision in [(ref, "start", "") for ref in answer.start] + answer.nodes:
        record = proven.nodes[proven.ids[ref]]
        when = proven.transactions[record.tx]
        rows.append(tuple(safe(str(cell)) for cell in (
            "" if depth is None else depth, precision, ref, title_of(record),
            "%d, %s" % (record.tx, time_text(when.time)), when.author)))
    print_table(rows)
    if answer.edges:
        print()
        print_table([("EFFECT", "EDGE", "CAUSE", "RECORDED")] + [
            (safe(start), kind + (safe(" " + label) if label else ""), safe(end),
             "%d" % proven.edges[proven.by_name[kind, start, end, label]].tx)
            for kind, start, end, label in answer.edges])


def print_uses(answer):
    if answer.unlisted:
        print()
        print("used in this lineage, and not in the answer: needs no approval, says the register%s" % (
            ", or was not asked about" if set(answer.options) & {"as_of", "gaps", "limit", "project", "valid_at"} else ""))
        for _, user, used, label in answer.unlisted:
            print(safe("  %s used %s%s" % (user, used, " " + label if label else "")))
    for use in answer.uses:
        span = "%s to %s" % (use["from"] or "?", use["to"] or "?")
        print()
        print(safe("%s used %s%s, %s" % (use["user"], use["used"], " for " + use["project"] if use["project"] else "", span)))
        for by in use["by"]:
            there = ("for_project", by["approval"], use["project"] or "", "") in answer.proven.by_name
            print(safe("  covered by %s from %s to %s%s%s" % (
                by["approval"], by["from"], by["to"], ", recorded late" if by["late"] else "",
                "" if there else "; nothing here proves that it is for this project")))
        for gap in use["gaps"]:
            print(safe("  NOT COVERED from %s to %s: %s%s" % (
                gap["from"] or "?", gap["to"] or "?", gap["reason"],
                ", nearest is " + gap["nearest"] if gap["nearest"] else "")))


def print_verdict(verified, key, path):
    proven, answer = verified.proven, verified.answer
    print("verified: %s" % safe(path))
    print("  signed by %s; register %s" % (safe(key[0]), verified.origin[6:]))
    print("  proves: %d nodes and %d edges are in its log of %d transactions, as recorded by transaction %d (%s)" % (
        len(proven.nodes), len(proven.edges), verified.size, answer.known_at["tx"], answer.known_at["time"]))
    if answer.recomputed:
        print("  proves: %s of these records gives this answer, node by node and edge by edge" % (
            "the lineage" if answer.verb == "coverage" else answer.verb))
    else:
        print("  does not prove: that these are all nodes and edges of the answer, for %s was not asked again" % answer.verb)
    print("  does not prove: that nothing was left out or retracted since, nor that what was recorded is true")
    if answer.verb == "coverage":
        print("  does not prove: that these are all uses, nor which approval covers one; that is how the register judged it, "
              "from records that are shown")
    state = answer.completeness["state"]
    reasons = ", ".join(one["reason"] for one in answer.completeness["reasons"])
    unknown = ", ".join(one["ref"] for one in answer.completeness["unknown"])
    print(safe("  the answer calls itself %s%s%s" % (state, " (%s)" % reasons if reasons else "",
                                                     "; not recorded: the origin or inputs of " + unknown if unknown else "")))
    redacted = sum(one.redacted for one in proven.transactions.values())
    if redacted:
        print("  %d of the parts shown were redacted; their commitments stand in their place" % redacted)
    print()
    if answer.script:
        arguments = " ".join("%s=%s" % one for one in answer.script["arguments"].items())
        print(safe("script %s %s (SHA-256 %s) answered, says the signer:" % (answer.script["name"], arguments, answer.script["sha256"])))
        print("\n".join(map(safe, answer.script["report"].split("\n"))) + "\n")
    print_lineage(verified)
    print_uses(answer)


def as_json(verified):
    proven, answer = verified.proven, verified.answer
    return {"verified": True, "register": verified.origin[6:], "head": verified.size, "root": verified.root.hex(),
            "known_at": answer.known_at, "recomputed": answer.recomputed, "verb": answer.verb, "start": answer.start,
            "completeness": answer.completeness,
            "nodes": [{"ref": ref, "depth": depth, "precision": precision, "tx": proven.nodes[proven.ids[ref]].tx,
                       "props": proven.nodes[proven.ids[ref]].props,
                       "redacted": sorted(proven.nodes[proven.ids[ref]].redacted)} for ref, depth, precision in answer.nodes],
            "edges": [{"kind": kind, "from": start, "to": end, "label": label} for kind, start, end, label in answer.edges],
            "uses": answer.uses,
            "unlisted_uses": [{"user": user, "used": used, "label": label} for _, user, used, label in answer.unlisted]}


def main(arguments):
    parser = argparse.ArgumentParser(description="Verifies an evidence bundle of Amont and prints the lineage that it proves.")
    parser.add_argument("bundle", help="the file that amont bundle wrote")
    parser.add_argument("--key", required=True, metavar="K.pub", help="the public key of the register, got on another way")
    parser.add_argument("--checkpoint", metavar="NOTE", help="a checkpoint got elsewhere, that the log must agree with")
    parser.add_argument("--json", action="store_true", help="say it as JSON")
    told = parser.parse_args(arguments)
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 10000))
    try:
        with open(told.bundle, "rb") as file:
            data = file.read()
        with open(told.key, encoding="utf-8", newline="") as file:
            key = read_key(file.read(8192))
        checkpoint = None
        if told.checkpoint:
            with open(told.checkpoint, encoding="utf-8", newline="") as file:
                checkpoint = file.read()
            parse_note(checkpoint)
    except (OSError, ValueError, Refused) as error:
        print("verify_bundle: %s" % safe(str(error)), file=sys.stderr)
        return 3 if isinstance(error, FileNotFoundError) else 2
    try:
        verified = Verified(data, key, checkpoint)
    except Refused as refused:
        if told.json:
            print(json.dumps({"verified": False, "why": str(refused)}))
        print("verify_bundle: not verified: %s" % safe(str(refused)), file=sys.stderr)
        return 1
    try:
        if told.json:
            print(json.dumps(as_json(verified), ensure_ascii=False, sort_keys=True))
        else:
            print_verdict(verified, key, told.bundle)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
