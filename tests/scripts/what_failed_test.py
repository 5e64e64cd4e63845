"""scripts/what-failed: what a person sees of a failure, often on a CI that keeps nothing else."""

import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts/what-failed"
NOISE = "".join(f"2026-01-01T00:00:00.000Z info  something number={n}\n" for n in range(200))


class WhatFailedTest(unittest.TestCase):
    def run_on(self, text, *options):
        with tempfile.NamedTemporaryFile("w", suffix=".log") as log:
            log.write(text)
            log.flush()
            return subprocess.run([SCRIPT, log.name, *options], capture_output=True, text=True, check=True).stdout

    def test_says_nothing_of_what_passed(self):
        self.assertEqual(self.run_on(NOISE + "[       OK ] A.good (1 ms)\n").strip(), "")

    def test_finds_a_failed_expectation_far_from_the_end(self):
        text = "tests/a_test.cc:12: Failure\nExpected equality\n  1\n  2\n"
        shown = self.run_on(NOISE + text + NOISE + "[  FAILED  ] A.bad (3 ms)\n" + NOISE)
        self.assertIn("tests/a_test.cc:12: Failure\nExpected equality\n  1\n  2\n", shown)
        self.assertIn("A.bad", shown)
        self.assertLess(shown.count("something number"), 5)

    def test_finds_what_a_sanitizer_says_and_where(self):
        report = "==1==ERROR: AddressSanitizer: heap-use-after-free on address 0x1\n    #0 0x1 in f() a.cc:1:2\n"
        shown = self.run_on(NOISE + report + NOISE)
        self.assertIn("heap-use-after-free", shown)
        self.assertIn("a.cc:1:2", shown)

    def test_finds_a_failed_test_of_node_with_its_reason(self):
        text = "✖ says hello (10ms)\n  AssertionError [ERR_ASSERTION]: no hello\n"
        self.assertIn("no hello", self.run_on(NOISE + text + NOISE))

    def test_finds_a_program_that_timed_out_or_crashed(self):
        text = "3/9 Test #3: unit_net ...***Timeout 300 sec\n4/9 Test #4: unit_bus ...***Exception: SegFault\n"
        shown = self.run_on(NOISE + text + NOISE)
        self.assertIn("unit_net", shown)
        self.assertIn("unit_bus", shown)

    def test_keeps_to_its_limit_and_says_how_much_it_left_out(self):
        shown = self.run_on("".join(f"failed: test {n}\n" for n in range(100)), "--limit", "10")
        self.assertEqual(len(shown.splitlines()), 11)
        self.assertIn("90 more lines", shown)
        self.assertIn("failed: test 99", shown)

    def test_names_a_log_that_is_not_there(self):
        done = subprocess.run([SCRIPT, "/nowhere.log"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("/nowhere.log", done.stderr)


if __name__ == "__main__":
    unittest.main()
