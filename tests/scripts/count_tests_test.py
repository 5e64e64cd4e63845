"""scripts/count-tests: the numbers in the last line of ./test come from here."""

import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts/count-tests"
GTEST = """<testsuites><testsuite name="A">
  <testcase name="good" status="run" result="completed"/>
  <testcase name="bad" status="run" result="completed"><failure message="no"/></testcase>
  <testcase name="left_out" status="run" result="skipped"/>
  <testcase name="DISABLED_one" status="notrun" result="suppressed"/>
</testsuite></testsuites>"""


class CountTestsTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def write(self, name, text):
        (self.folder / name).write_text(text)
        return self.folder / name

    def count(self, kind, report, exit_status=0):
        command = [SCRIPT, kind, str(report), "--exit-status", str(exit_status)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    def test_counts_googletest_cases_one_by_one(self):
        self.write("ctest.xml", '<testsuite><testcase name="unit_a" status="fail"/></testsuite>')
        self.write("unit_a.xml", GTEST)
        self.assertEqual(self.count("ctest", self.folder, 8), "1 1")

    def test_a_program_that_crashed_counts_as_a_failure(self):
        self.write("ctest.xml", '<testsuite><testcase name="unit_a" status="fail"/></testsuite>')
        self.assertEqual(self.count("ctest", self.folder, 8), "0 1")

    def test_a_crash_after_good_cases_is_still_a_failure(self):
        self.write("ctest.xml", '<testsuite><testcase name="unit_a" status="fail"/></testsuite>')
        self.write("unit_a.xml", GTEST.replace('<failure message="no"/>', ""))
        self.assertEqual(self.count("ctest", self.folder, 8), "2 1")

    def test_a_program_without_googletest_counts_as_one(self):
        self.write("ctest.xml", '<testsuite><testcase name="fuzz_a" status="run"/></testsuite>')
        self.assertEqual(self.count("ctest", self.folder), "1 0")

    def test_no_report_counts_nothing_or_one_failure(self):
        self.assertEqual(self.count("ctest", self.folder), "0 0")
        self.assertEqual(self.count("ctest", self.folder, 8), "0 1")
        self.assertEqual(self.count("tap", self.folder / "none.tap", 1), "0 1")

    def test_counts_junit(self):
        report = self.write("v.xml", """<testsuites><testsuite name="a.test.ts">
          <testcase name="good"/><testcase name="also good"><system-out>x</system-out></testcase>
          <testcase name="bad"><failure message="no"/></testcase><testcase name="left out"><skipped/></testcase>
        </testsuite><testsuite name="b.test.ts"><testcase name="broken"><error/></testcase></testsuite></testsuites>""")
        self.assertEqual(self.count("junit", report, 1), "2 2")
        self.assertEqual(self.count("junit", self.write("half.xml", "<testsuites><testsuite"), 1), "0 1")
        self.assertEqual(self.count("junit", self.folder / "none.xml", 1), "0 1")

    def test_counts_node_tap(self):
        report = self.write("r.tap", "TAP version 13\nok 1 - a\n# tests 5\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 0\n")
        self.assertEqual(self.count("tap", report, 1), "3 2")

    def test_counts_unittest(self):
        good = self.write("good.txt", "Ran 12 tests in 0.3s\n\nOK (skipped=2)\n")
        self.assertEqual(self.count("unittest", good), "10 0")
        bad = self.write("bad.txt", "Ran 12 tests in 0.3s\n\nFAILED (failures=1, errors=2)\n")
        self.assertEqual(self.count("unittest", bad, 1), "9 3")

    def test_counts_closing_lines_of_several_kinds(self):
        self.assertEqual(self.count("summary", self.write("a", "x\n12 passed, 1 failed\n3 passed, 0 failed\n"), 1), "15 1")
        self.assertEqual(self.count("summary", self.write("b", "\x1b[34mℹ pass 7\x1b[39m\nℹ fail 0\n")), "7 0")
        self.assertEqual(self.count("summary", self.write("c", "  31 passing (2s)\n  2 failing\n"), 2), "31 2")
        self.assertEqual(self.count("summary", self.write("d", "nothing\n")), "0 0")


if __name__ == "__main__":
    unittest.main()
