"""scripts/check-hygiene, run as a program on small made-up checkouts."""

import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts/check-hygiene"
CLEAN = {
    "server/CMakeLists.txt": "chillin_module(NAME util DIR util)\n",
    "server/README.md": "x\n",
    "server/src/util/README.md": "x\n",
}


class CheckHygieneTest(unittest.TestCase):
    def run_on(self, files):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {**CLEAN, **files}.items():
                if text is None:
                    continue
                path = pathlib.Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            result = subprocess.run([SCRIPT, "--root", folder], capture_output=True, text=True)
        return result.returncode, result.stdout

    def assert_refused(self, files, words):
        status, output = self.run_on(files)
        self.assertEqual(status, 1, output)
        self.assertIn(words, output)

    def test_accepts_a_clean_checkout(self):
        status, output = self.run_on({})
        self.assertEqual(status, 0, output)

    def test_wants_a_readme_in_every_module(self):
        self.assert_refused({"server/src/util/README.md": None}, "server/src/util: has no README.md")

    def test_refuses_large_files(self):
        self.assert_refused({"docs/big.bin": "x" * (401 * 1024)}, "docs/big.bin: 401 KB")

    def test_refuses_long_sources_and_warns_before(self):
        self.assert_refused({"server/src/util/a.cc": "\n" * 501}, "server/src/util/a.cc: 501 lines")
        status, output = self.run_on({"server/src/util/a.cc": "\n" * 450})
        self.assertEqual(status, 0, output)
        self.assertIn("warning: server/src/util/a.cc: 450 lines", output)

    def test_long_texts_are_no_sources(self):
        status, output = self.run_on({"docs/long.md": "\n" * 2000})
        self.assertEqual(status, 0, output)

    def test_refuses_paths_of_one_machine(self):
        self.assert_refused({"docs/a.md": "see /wo" + "rk/main\n"}, "docs/a.md:1: names a path of one machine")

    def test_leaves_similar_words_alone(self):
        status, output = self.run_on({"docs/a.md": "a team/wo" + "rk/life balance\n"})
        self.assertEqual(status, 0, output)

    def test_refuses_download_addresses_in_lock_files(self):
        text = '{ "resolved": "ht' + 'tps://registry.example/x.tgz" }\n'
        self.assert_refused({"bench/README.md": "x\n", "bench/package-lock.json": text}, "names a download address")

    def test_refuses_scripts_that_do_not_parse(self):
        self.assert_refused({"scripts/a": "#!/usr/bin/env bash\nif true; then\n"}, "scripts/a:")
        self.assert_refused({"scripts/b": "#!/usr/bin/env python3\ndef f(:\n"}, "scripts/b:")


if __name__ == "__main__":
    unittest.main()
