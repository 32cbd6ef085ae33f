#!/usr/bin/env python3
"""The checker of includes must catch what it says it catches."""
import os
import tempfile
import unittest

import check_includes

SOUND = {
    "core/include/amont/store.h": "#include <vector>\n#include \"amont/model.h\"\n",
    "core/include/amont/model.h": "#include <string_view>\n",
    "core/index/keys.h": "#include <string>\n#include \"amont/store.h\"\n",
    "core/index/keys.cc": "#include \"core/index/keys.h\"\n#include <unistd.h>\n#include <fmt/format.h>\n",
    "core/store.cc": "// Opens.\n#include \"amont/store.h\"\n#include \"core/index/keys.h\"\n",
    "core/index/rocks_table.cc": "#include <rocksdb/db.h>\n",
    "core/record/codec.cc": "#include <capnp/message.h>\n#include <kj/exception.h>\n#include \"record.capnp.h\"\n",
    "query/include/amont/query.h": "#include \"amont/store.h\"\n",
    "query/walk.cc": "#include \"core/index/keys.h\"\n#include \"amont/query.h\"\n",
    "query/lua/guard.h": "#include <lua.hpp>\n",
    "tools/main.cc": "#include <CLI/CLI.hpp>\n#include \"query/lua/guard.h\"\n",
    "tests/core/keys_test.cc": "#include \"core/index/keys.h\"\n#include <gtest/gtest.h>\n",
    "examples/01_first.cc": "#include <amont/store.h>\n",
}


class CheckIncludes(unittest.TestCase):
    def faults(self, planted):
        """What the checker says of a sound tree with these files in it."""
        with tempfile.TemporaryDirectory() as root:
            for path, text in {**SOUND, **planted}.items():
                os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as out:
                    out.write(text)
            return check_includes.faults(root)

    def caught(self, path, text, why):
        found = self.faults({path: text})
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(path + ":"), found)
        self.assertIn(why, found[0])

    def test_a_sound_tree_has_no_faults(self):
        self.assertEqual(self.faults({}), [])

    def test_an_earlier_room_never_looks_at_a_later_one(self):
        self.caught("core/a.cc", '#include "amont/query.h"\n', "core may not look at query")
        self.caught("core/a.cc", '#include "query/lua/guard.h"\n', "core may not look at query")
        self.caught("query/a.cc", "#include <string>\n" '#include "tools/main.cc"\n', "query may not look at tools")
        self.caught("core/a.cc", '#include "tests/core/keys_test.cc"\n', "core may not look at tests")
        self.caught("tools/a.cc", '#include "tests/core/keys_test.cc"\n', "tools may not look at tests")

    def test_the_line_is_named(self):
        found = self.faults({"core/a.cc": '// A comment.\n#include <string>\n  #  include "amont/query.h"\n'})
        self.assertEqual(found, ["core/a.cc:3: amont/query.h: core may not look at query"])

    def test_foreign_libraries_stay_in_their_files(self):
        for header in ("rocksdb/db.h", "capnp/message.h", "kj/string.h", "lua.hpp", "lauxlib.h", "CLI/CLI.hpp", "gtest/gtest.h",
                       "openssl/evp.h", "zstd.h", "xxhash.h", "roaring/roaring.hh", "boost/graph/adjacency_list.hpp"):
            self.caught("core/a.cc", "#include <%s>\n" % header, "only these may include it")
        self.caught("query/a.cc", "#include <simdjson.h>\n", "only these may include it")
        self.caught("core/record/parts.cc", '#include "record.capnp.h"\n', "only these may include it")

    def test_public_headers_show_only_the_standard_library_and_doors(self):
        for header in ("rocksdb/options.h", "fmt/format.h", "lua.hpp", "unistd.h", "sys/types.h", "boost/json.hpp"):
            self.assertEqual(len(self.faults({"core/include/amont/a.h": "#include <%s>\n" % header})), 1, header)
        self.caught("core/include/amont/a.h", '#include "core/index/keys.h"\n', "only the standard library and doors")
        self.caught("core/include/amont/a.h", '#include "amont/query.h"\n', "core may not look at query")

    def test_inner_headers_are_named_from_the_root(self):
        self.caught("core/index/a.cc", '#include "keys.h"\n', "named from the root")
        self.caught("core/a.cc", '#include "core/keys.h"\n', "there is no such header")
        self.caught("core/a.cc", '#include "amont/nothing.h"\n', "there is no such door")
        self.caught("query/a.cc", '#include "core/include/amont/store.h"\n', "doors are included as")

    def test_a_source_includes_its_own_header_first(self):
        self.caught("core/index/keys.cc", '#include <string>\n#include "core/index/keys.h"\n', "its own header first")
        self.caught("core/store.cc", '#include <string>\n#include "amont/store.h"\n', "its own header first")

    def test_examples_see_only_doors(self):
        self.caught("examples/a.cc", '#include "core/index/keys.h"\n', "examples sees only the doors")


if __name__ == "__main__":
    unittest.main()
