"""scripts/lib.sh: which Node.js will do, and when the web client is built again."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

LIB = pathlib.Path(__file__).resolve().parents[2] / "scripts/lib.sh"


class LibTest(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.write("scripts/lib.sh", LIB.read_text())

    def write(self, name, text, mode=0o644):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)

    def program(self, name, script):
        self.write(f"bin/{name}", f"#!/bin/sh\n{script}\n", 0o755)

    def bash(self, script):
        """What the script prints, and its status; the made-up programs are first on its PATH."""
        command = f'set -euo pipefail; . scripts/lib.sh; PATH="$PWD/bin:$PATH"; {script}'
        result = subprocess.run(["bash", "-c", command], cwd=self.root, capture_output=True, text=True)
        return result.returncode, result.stdout.strip()

    def test_knows_which_node_is_recent_enough(self):
        for version, enough in (("v18.20.4", 1), ("v20.18.3", 1), ("v20.19.0", 0), ("v21.7.3", 1), ("v22.12.0", 1),
                                ("v22.13.0", 0), ("v24.0.0", 0), ("v100.0.0", 0), ("nonsense", 1)):
            self.program("node", f"echo {version}")
            self.assertEqual(self.bash("node_is_recent")[0], enough, version)
        self.assertEqual(self.bash("node_is_recent ./no/such/node")[0], 1)

    def packages_are_ready(self):
        return self.bash("packages_are_ready client")[0] == 0

    def test_packages_are_ready_while_the_lock_file_is_the_same(self):
        self.write("client/package-lock.json", "{}")
        self.assertFalse(self.packages_are_ready())
        self.program("node", "echo v22.13.0")
        self.program("npm", "mkdir -p client/node_modules")
        self.assertEqual(self.bash("install_packages client")[0], 0)
        self.assertTrue(self.packages_are_ready())
        self.write("client/package-lock.json", '{ "changed": true }')
        self.assertFalse(self.packages_are_ready())

    def test_an_installation_that_failed_is_not_ready(self):
        self.write("client/package-lock.json", "{}")
        self.program("node", "echo v22.13.0")
        self.program("npm", "mkdir -p client/node_modules; exit 1")
        # Called as ./run calls it, inside a condition, where "set -e" is off.
        self.assertEqual(self.bash("if install_packages client; then exit 0; else exit 7; fi")[0], 7)
        self.assertFalse(self.packages_are_ready())

    def build(self, vite="mkdir -p client/dist; echo page >client/dist/index.html"):
        self.program("node", "echo v22.13.0")
        self.program("npm", vite)
        return self.bash("if build_client; then exit 0; else exit 7; fi")[0]

    def is_built(self):
        return self.bash("client_is_built")[0] == 0

    def test_the_client_is_built_again_when_what_it_is_made_of_changes(self):
        self.write("client/src/main.ts", "one")
        self.write("client/package-lock.json", "{}")
        self.assertFalse(self.is_built())
        self.assertEqual(self.build(), 0)
        self.assertTrue(self.is_built())
        for change in (lambda: self.write("client/src/main.ts", "two"), lambda: self.write("client/src/a b.css", ""),
                       lambda: self.write("client/package-lock.json", "{ }"), lambda: (self.root / "client/src/a b.css").unlink()):
            change()
            self.assertFalse(self.is_built())
            self.assertEqual(self.build(), 0)
            self.assertTrue(self.is_built())

    def test_what_is_installed_or_built_is_not_what_it_is_made_of(self):
        self.write("client/src/main.ts", "one")
        self.build()
        self.write("client/node_modules/react/index.js", "x")
        self.write("client/dist/assets/x.js", "x")
        self.assertTrue(self.is_built())

    def test_a_build_by_hand_which_empties_the_folder_is_not_trusted(self):
        self.write("client/src/main.ts", "one")
        self.build()
        shutil.rmtree(self.root / "client/dist")
        self.write("client/dist/index.html", "of other sources")
        self.assertFalse(self.is_built())

    def test_a_build_that_failed_is_none(self):
        self.write("client/src/main.ts", "one")
        self.build()
        self.write("client/src/main.ts", "two")
        self.assertEqual(self.build("exit 1"), 7)
        self.assertFalse(self.is_built())
        shutil.rmtree(self.root / "client/dist")
        self.assertNotEqual(self.build("true"), 0)
        self.assertFalse(self.is_built())


if __name__ == "__main__":
    unittest.main()
