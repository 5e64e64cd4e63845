"""docs/dependencies.md is what the lock files, scripts/install-deps and the image say, and every licence is allowed."""

import copy
import importlib.machinery
import importlib.util
import json
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts/list-dependencies"
DATA = json.loads((ROOT / "scripts/dependencies.json").read_text(encoding="utf-8"))


def load():
    sys.dont_write_bytecode = True
    loader = importlib.machinery.SourceFileLoader("list_dependencies", str(SCRIPT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("list_dependencies", loader))
    loader.exec_module(module)
    return module


class ListDependenciesTest(unittest.TestCase):
    def setUp(self):
        self.script = load()
        self.installed = self.script.packages_to_install((ROOT / "scripts/install-deps").read_text(encoding="utf-8"))
        self.image = self.script.packages_of_image((ROOT / "deploy/docker/Dockerfile").read_text(encoding="utf-8"))

    def problems(self, data=DATA, installed=None, image=None, copyright_of=lambda name: None):
        return self.script.debian_problems(data, installed or self.installed, image or self.image, copyright_of)

    def test_the_page_is_up_to_date(self):
        result = subprocess.run([SCRIPT, "--check"], capture_output=True, text=True)
        self.assertEqual((result.stdout, result.returncode), ("", 0))

    def test_reads_every_list_of_install_deps(self):
        self.assertEqual(set(self.installed), {"build", "test", "image"})
        self.assertEqual(self.problems(), [])

    def test_a_package_without_a_row_and_a_row_without_a_package_are_found(self):
        self.assertEqual(len(self.problems(installed={**self.installed, "more": ["left-pad"]})), 1)
        data = copy.deepcopy(DATA)
        data["packages"]["gone"] = ["MIT", "nothing"]
        self.assertEqual(len(self.problems(data)), 1)
        self.assertEqual(len(self.problems(image=[*self.image, "libfoo1"])), 1)

    def test_a_licence_that_is_not_allowed_or_not_the_packages_is_found(self):
        data = copy.deepcopy(DATA)
        data["linked"]["libpq-dev"][1] = "AGPL-3.0"
        self.script.SAYS["AGPL-3.0"] = "Affero"
        self.assertEqual(len(self.problems(data)), 1)
        self.assertEqual(len(self.problems(copyright_of=lambda name: "Affero" if name == "libpq-dev" else None)), 1)

    def test_npm_licences_are_of_the_list_and_of_every_package(self):
        lock = {"packages": {"": {}, "node_modules/a": {"version": "1", "license": "MIT"}, "node_modules/b": {"version": "1"},
                             "node_modules/a/node_modules/c": {"version": "2", "license": "(AGPL-3.0 OR MIT)"}, "node_modules/d": {"version": "1", "license": "MIT AND AGPL-3.0", "dev": True},
                             "node_modules/to-array": {"version": "0.1.4"}}}
        rows = self.script.npm_packages(lock, DATA["npm_without_licence"])
        self.assertEqual([row[0] for row in rows], ["a", "b", "c", "d", "to-array"])
        data = {**DATA, "npm_without_licence": {}}
        found = self.script.npm_problems(data, {"client": rows})
        self.assertEqual([problem.split()[1] for problem in found], ["b", "d"])


if __name__ == "__main__":
    unittest.main()
