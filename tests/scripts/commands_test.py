"""./run and ./test answer mistakes in their options with one line, before they install or build anything."""

import os
import pathlib
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def call(*command, **environment):
    result = subprocess.run(
        [str(ROOT / command[0]), *command[1:]], capture_output=True, text=True, env={**os.environ, **environment}
    )
    return result.returncode, result.stdout, result.stderr


class CommandsTest(unittest.TestCase):
    def assert_refused(self, words, *command, **environment):
        status, output, errors = call(*command, **environment)
        self.assertNotEqual(status, 0)
        self.assertEqual(output, "")
        self.assertEqual(errors.count("\n"), 1, errors)
        self.assertIn(words, errors)

    def test_run_refuses_unknown_options(self):
        self.assert_refused("--nonsense", "run", "--nonsense")

    def test_run_refuses_an_option_without_its_value(self):
        self.assert_refused("--port needs a value", "run", "--port")

    def test_run_refuses_a_port_that_is_none(self):
        self.assert_refused("PORT is 'http'", "run", "--port", "http")
        self.assert_refused("PORT is '70000'", "run", "--port=70000")
        self.assert_refused("PORT is '-1'", "run", PORT="-1")

    def test_test_refuses_an_unknown_part(self):
        self.assert_refused("there is no part nonsense", "test", "nonsense")

    def test_both_have_help(self):
        for command in ("run", "test"):
            status, output, _ = call(command, "--help")
            self.assertEqual(status, 0)
            self.assertTrue(output.startswith("usage: "), output)

    def test_install_deps_wants_a_mode(self):
        self.assert_refused("usage: scripts/install-deps", "scripts/install-deps")

    def test_fuzz_refuses_what_is_no_target_or_time(self):
        self.assert_refused("no target nonsense", "scripts/fuzz", "nonsense")
        self.assert_refused("no number of seconds", "scripts/fuzz", "all", "soon")


if __name__ == "__main__":
    unittest.main()
