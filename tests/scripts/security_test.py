"""docs/security.md cites files and tests that are there: a test by a link to its file and its name in backquotes after it."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = ("docs/security.md", "SECURITY.md")
LINK = re.compile(r"\]\(([^)\s]+)\)((?:[:,]? `[^`\n]+`)*)")
IS_TEST = re.compile(r"\.test\.(mjs|ts|tsx)$|_test\.(cc|py)$|/contract/\w+\.cc$")


def names_of_tests(path):
    """Every name by which a test of that file can be cited."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".cc":
        return {f"{suite}.{name}" for suite, name in re.findall(r"^(?:TEST|TEST_F|TEST_P|RC_GTEST_PROP)\((\w+),\s*(\w+)", text, re.MULTILINE)}
    if path.suffix == ".py":
        return set(re.findall(r"^\s*def (test_\w+)\(", text, re.MULTILINE))
    found = re.findall(r"^\s*(?:site\.)?(?:test|it|describe)\(\s*(['`])(.*?)(?<!\\)\1", text, re.MULTILINE)
    # `name: ${version}` is cited by what stands before its first variable.
    return {name.replace("\\'", "'").split("${")[0].rstrip(" :,") for _, name in found}


def problems_of(text, folder):
    problems = []
    for target, names in LINK.findall(text):
        if re.match(r"[a-z]+:|#", target):
            continue
        path = (folder / target.partition("#")[0]).resolve()
        if not path.exists():
            problems.append(f"{target}: no such file")
            continue
        cited = re.findall(r"`([^`]+)`", names)
        if IS_TEST.search(path.as_posix()):
            there = names_of_tests(path)
            problems += [f"{target}: no test `{name}`" for name in cited if name not in there]
            if not cited:
                problems.append(f"{target}: names no test")
    return problems


class SecurityTest(unittest.TestCase):
    def test_what_it_cites_is_there(self):
        for name in DOCUMENTS:
            path = ROOT / name
            self.assertEqual(problems_of(path.read_text(encoding="utf-8"), path.parent), [], name)

    def test_the_threat_model_cites_code_and_tests(self):
        links = [target for target, _ in LINK.findall((ROOT / "docs/security.md").read_text(encoding="utf-8"))]
        self.assertGreater(sum("/server/src/" in link for link in links), 20)
        self.assertGreater(sum(IS_TEST.search(link) is not None for link in links), 40)

    def test_a_citation_of_nothing_is_found(self):
        here = pathlib.Path(__file__)
        wrong = f"[a](nowhere.cc) [b]({here.name}) [c]({here.name}): `test_nothing` [d]({here.name}): `test_what_it_cites_is_there`, `test_gone`"
        self.assertEqual(problems_of(wrong, here.parent), [
            "nowhere.cc: no such file", f"{here.name}: names no test", f"{here.name}: no test `test_nothing`", f"{here.name}: no test `test_gone`"])


if __name__ == "__main__":
    unittest.main()
