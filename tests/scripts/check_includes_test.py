"""scripts/check-includes, run as a program on small made-up checkouts."""

import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts/check-includes"
GRAPH = """
# chillin_module(NAME commented DIR out) must not count
chillin_module(NAME util DIR util LIBS fmt::fmt)
chillin_module(NAME net DIR net DEPS util LIBS Boost::headers)
chillin_module(NAME engineio DIR engineio DEPS util net)
chillin_module(NAME socketio DIR socketio DEPS util net engineio)
chillin_module(NAME chat DIR chat DEPS util)
chillin_module(NAME storage_sqlite DIR storage/sqlite DEPS util chat)
"""


class CheckIncludesTest(unittest.TestCase):
    def run_on(self, files, graph=GRAPH):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {"server/CMakeLists.txt": graph, **files}.items():
                path = pathlib.Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            result = subprocess.run([SCRIPT, "--root", folder], capture_output=True, text=True)
        return result.returncode, result.stdout

    def assert_refused(self, files, words, graph=GRAPH):
        status, output = self.run_on(files, graph)
        self.assertEqual(status, 1, output)
        self.assertIn(words, output)

    def test_allows_what_the_graph_allows(self):
        status, output = self.run_on({
            "server/src/util/text.h": "#pragma once\n",
            "server/src/chat/room.h": '#include "util/text.h"\n',
            "server/src/storage/sqlite/store.cc": '#include <sqlite3.h>\n#include "chat/room.h"\n',
        })
        self.assertEqual(status, 0, output)

    def test_refuses_an_include_against_the_arrow(self):
        self.assert_refused({
            "server/src/chat/room.h": "",
            "server/src/socketio/server.h": '#pragma once\n#include "chat/room.h"\n',
        }, "server/src/socketio/server.h:2: chat/room.h is not allowed here")

    def test_a_dependency_of_a_dependency_must_be_listed_itself(self):
        self.assert_refused({
            "server/src/net/loop.h": "",
            "server/src/chat/room.cc": '#  include "net/loop.h"\n',
        }, "net/loop.h is not allowed")

    def test_refuses_a_header_that_does_not_exist(self):
        self.assert_refused({"server/src/net/loop.cc": '#include "util/gone.h"\n'}, "util/gone.h does not exist")

    def test_refuses_a_source_outside_the_modules(self):
        self.assert_refused({"server/src/extra/thing.h": ""}, "server/src/extra/thing.h: belongs to no module")

    def test_keeps_asio_out_of_public_headers(self):
        self.assert_refused({"server/src/net/loop.h": "#include <boost/asio/io_context.hpp>\n"}, "belongs into a .cc file")

    def test_lets_asio_into_private_headers_and_sources(self):
        status, output = self.run_on({
            "server/src/net/loop_asio.h": "#include <boost/asio/io_context.hpp>\n",
            "server/src/net/loop.cc": '#include "net/loop_asio.h"\n',
        })
        self.assertEqual(status, 0, output)

    def test_keeps_private_headers_out_of_public_ones(self):
        self.assert_refused({
            "server/src/net/loop_asio.h": "",
            "server/src/net/loop.h": '#include "net/loop_asio.h"\n',
        }, "net/loop_asio.h is private")

    def test_the_examples_see_the_protocol_library_only(self):
        self.assert_refused({
            "server/src/chat/room.h": "",
            "examples/echo.cc": '#include "chat/room.h"\n',
        }, "examples/echo.cc:1: chat/room.h is not allowed")

    def test_refuses_a_cycle(self):
        graph = "chillin_module(NAME util DIR util DEPS chat)\nchillin_module(NAME chat DIR chat DEPS util)\n"
        self.assert_refused({}, "cycle util -> chat -> util", graph)

    def test_refuses_a_library_that_depends_on_the_chat(self):
        graph = GRAPH.replace("DIR engineio DEPS util net", "DIR engineio DEPS util net chat")
        self.assert_refused({}, "engineio belongs to the protocol library and may not depend on chat", graph)

    def test_refuses_an_unknown_dependency(self):
        self.assert_refused({}, "util depends on nothing_such", "chillin_module(NAME util DIR util DEPS nothing_such)\n")


if __name__ == "__main__":
    unittest.main()
