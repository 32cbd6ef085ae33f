"""verify_bundle_test.py PROJECT: the parts of scripts/verify_bundle.py against answers that others published."""
import os
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


class Times(unittest.TestCase):
    def test_as_the_register_writes_them(self):
        self.assertEqual(it.time_text(0), "1970-01-01T00:00:00Z")
        self.assertEqual(it.time_text(1767225600500000), "2026-01-01T00:00:00.5Z")
        self.assertEqual(it.time_text(-62135596800 * 10**6), "0001-01-01T00:00:00Z")
        with self.assertRaises(it.Refused):
            it.time_text(2**62)


if __name__ == "__main__":
    unittest.main()
