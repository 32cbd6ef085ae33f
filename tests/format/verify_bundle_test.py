"""verify_bundle_test.py PROJECT: the parts of scripts/verify_bundle.py against answers that others published."""
import os
import re
import sys
import unittest

PROJECT = sys.argv.pop(1)
sys.path.insert(0, os.path.join(PROJECT, "scripts"))
import verify_bundle as it  # noqa: E402

# RFC 8032, section 7.1: public key, message, signature.
VECTORS = (
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
)


class Ed25519(unittest.TestCase):
    def test_published_signatures_verify_and_no_changed_bit_does(self):
        for key, message, signature in VECTORS:
            key, message, signature = map(bytes.fromhex, (key, message, signature))
            self.assertTrue(it.ed25519_verifies(key, message, signature))
            self.assertFalse(it.ed25519_verifies(key, message + b"x", signature))
            for bit in range(0, 512, 7):
                changed = bytearray(signature)
                changed[bit // 8] ^= 1 << bit % 8
                self.assertFalse(it.ed25519_verifies(key, message, bytes(changed)))
            # The same number again, beyond the group's order.
            s = int.from_bytes(signature[32:], "little") + it.L
            self.assertFalse(it.ed25519_verifies(key, message, signature[:32] + s.to_bytes(32, "little")))


class CanonicalJson(unittest.TestCase):
    def test_one_text_for_each_value(self):
        for good in (b'{"a":[1,-2,"\\u0001\\n\xc3\xa9"],"b":null,"c":{}}', b"[]", b'"\x7f"', b"-9007199254740991"):
            it.read_json(good, "it")
        for bad in (b'{"b":1,"a":1}', b'{"a":1,"a":1}', b"1.0", b"1e3", b"-0", b"01", b"[1, 2]", b'"\\u00e9"', b'"\\/"', b"NaN",
                    b"9007199254740992", b'"\xff"', b'"\\ud800"', b"[" * 33 + b"]" * 33, b"[" * 100000, b"", b"[]\n"):
            with self.assertRaises(it.Refused, msg=bad[:40]):
                it.read_json(bad, "it")


class Trees(unittest.TestCase):
    def test_the_published_root_follows_from_a_leaf_and_its_siblings(self):
        leaf = it.sha256(b"\0")
        siblings = [bytes.fromhex(one) for one in (
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")]
        root = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
        self.assertEqual(it.root_of(8, [(0, leaf)], siblings).hex(), root)
        for wrong in (siblings[:2], siblings + [leaf]):
            with self.assertRaises(it.Refused):
                it.root_of(8, [(0, leaf)], wrong)


def transaction_of(parts):
    """Of these parts alone; proofs are not looked at here."""
    one = it.Transaction.__new__(it.Transaction)
    one.number = one.visible = 1
    one.time, one.author, one.reason, one.redacted = 0, "", "", 0
    one.schema_version = sum(part[0] == 6 for part in parts)
    one.parts = [(i, bytes(32), part) for i, part in enumerate(parts)]
    return one


class Parts(unittest.TestCase):
    def test_only_what_a_writer_gives_is_taken(self):
        def repeat(match):
            return match[1] * int(match[2])

        with open(os.path.join(PROJECT, "tests/format/parts.txt"), encoding="ascii") as file:
            lines = [line.split(": ") for line in file if not line.startswith("#")]
        self.assertGreater(len(lines), 80)
        for verdict, what, words in lines:
            parts = [bytes.fromhex(re.sub(r"(..)\*([0-9]+)\.", repeat, word)) for word in words.split()]
            with self.subTest(what):
                if verdict == "taken":
                    it.Proven([transaction_of(parts)])
                else:
                    with self.assertRaises(it.Refused):
                        it.Proven([transaction_of(parts)])


class Headers(unittest.TestCase):
    HEADER = bytes.fromhex("01" + "00" * 3 + "00000000" + "11" * 16 + "0000000000000002" + "0006475c63f7a000" + "00" * 8 + "00" * 8
                           + "00000001" + "00000000" + "22" * 32 + "33" * 32 + "00" * 32)

    def header(self, at, digits):
        """With other bytes at a place."""
        data = bytes.fromhex(digits)
        return self.HEADER[:at] + data + self.HEADER[at + len(data):]

    def test_only_what_a_writer_gives_is_taken(self):
        batch = [(1, 2), (2, 1), (3, 1), (4, 1)]  # of transaction 2: kinds, and the batch of each
        for good in [self.HEADER] + [self.header(40, "%016x" % of)[:1] + bytes([kind]) + self.header(40, "%016x" % of)[2:]
                                     for kind, of in batch]:
            it.Transaction(it.Reader(good + b"\0\0"))
        for at, digits in ((0, "02"), (1, "05"), (2, "01"), (3, "01"), (60, "01"), (128, "01"), (159, "01"), (32, "7f"), (32, "80"),
                           (40, "%016x" % 1), (1, "01"), (1, "02"), (1, "03")):
            with self.subTest((at, digits)), self.assertRaises(it.Refused):
                it.Transaction(it.Reader(self.header(at, digits) + b"\0\0"))


class Times(unittest.TestCase):
    def test_as_the_register_writes_them(self):
        self.assertEqual(it.time_text(0), "1970-01-01T00:00:00Z")
        self.assertEqual(it.time_text(1767225600500000), "2026-01-01T00:00:00.5Z")
        self.assertEqual(it.time_text(-62135596800 * 10**6), "0001-01-01T00:00:00Z")
        with self.assertRaises(it.Refused):
            it.time_text(2**62)

    def test_are_read_as_the_register_reads_them(self):
        for text, micros in (("1970-01-01", 0), ("1970-01-01T00:00:00.000001Z", 1), ("1970-01-01t01:00:00+01:00", 0),
                             ("0001-01-01T00:00:00Z", it.TIME_FIRST), ("9999-12-31T23:59:59.999999Z", it.TIME_LAST)):
            self.assertEqual(it.read_time(text), micros)
        for bad in ("", "1970", "1970-02-30", "0000-01-01", "1970-01-01T00:00:00", "1970-01-01T24:00:00Z", "1970-01-01T00:00:60Z",
                    "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00.1234567Z", "1970-01-01T00:00:00+24:00", "1970-01-01T00:00:00+00:60",
                    "9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+00:01", " 1970-01-01", "1970-01-01\n", "\u0661970-01-01"):
            with self.subTest(bad), self.assertRaises(it.Refused):
                it.read_time(bad)
        for other in ("1970-01-01", "1970-01-01T00:00:00+00:00", "1970-01-01T00:00:00.0Z", "1970-01-01t00:00:00z"):
            with self.assertRaises(it.Refused):
                it.canonical_time(other)


if __name__ == "__main__":
    unittest.main()
