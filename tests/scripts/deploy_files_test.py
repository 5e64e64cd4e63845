"""deploy/docker/Dockerfile, .dockerignore and deploy/systemd: what can be seen of them without building or starting anything.

`./test images` builds the images and runs what is in them.
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from deploy_files import DEPLOY, ROOT, config_variables, dockerfile_lines, is_ignored  # noqa: E402

LINES = dockerfile_lines(DEPLOY / "docker/Dockerfile")
IGNORE = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]


def stages():
    """name -> its instructions, in the order of the file."""
    out, current = {}, None
    for line in LINES:
        start = re.fullmatch(r"FROM (\S+) AS (\S+)", line)
        if start:
            current = out.setdefault(start[2], [])
        if current is not None:
            current.append(line)
    return out


class DockerfileTest(unittest.TestCase):
    def test_begins_only_with_what_is_there(self):
        known = {"${DEBIAN_IMAGE}", "scratch"}
        for name, lines in stages().items():
            self.assertIn(lines[0].split()[1], known)
            for source in re.findall(r"--from=(\S+)", "\n".join(lines)):
                self.assertIn(source, known)
            known.add(name)

    def test_what_it_copies_is_there_and_not_ignored(self):
        seen = 0
        for line in LINES:
            if not line.startswith("COPY ") or "--from" in line:
                continue
            for source in line.split()[1:-1]:
                seen += 1
                self.assertTrue((ROOT / source).exists(), source)
                self.assertFalse(is_ignored(source, IGNORE), f"{source} is in .dockerignore")
        self.assertGreater(seen, 5)

    def test_no_secret_and_nothing_built_here_gets_in(self):
        for name in (".git/config", "deploy/.env", "server/.env", "client/node_modules/react/index.js", "client/dist/index.html",
                     "build/release/bin/chillin", "data/secret", ".cache/node/x"):
            self.assertTrue(is_ignored(name, IGNORE), name)

    def test_images_are_not_root_have_a_health_check_and_labels(self):
        for name in ("server", "nginx"):
            lines = stages()[name]
            self.assertRegex("\n".join(lines), r"\nUSER [1-9]\d+:[1-9]\d+\n")
            for instruction in ("HEALTHCHECK", "LABEL", "STOPSIGNAL", "VOLUME"):
                self.assertTrue(any(line.startswith(instruction + " ") for line in lines), f"{name}: {instruction}")
            for label in ("title", "description", "licenses", "version", "revision"):
                self.assertIn(f"org.opencontainers.image.{label}=", "\n".join(lines))

    def test_build_says_what_it_does_and_refuses_what_it_does_not_know(self):
        build = DEPLOY / "docker/build"
        self.assertIn("usage:", subprocess.run([build, "--help"], capture_output=True, text=True).stdout)
        for arguments, words in ((["nonsense"], "nonsense"), (["--base"], "needs a value")):
            result = subprocess.run([build, *arguments], capture_output=True, text=True)
            self.assertEqual(result.returncode, 2)
            self.assertIn(words, result.stderr)


class SystemdTest(unittest.TestCase):
    def setUp(self):
        self.text = (DEPLOY / "systemd/chillin.service").read_text()
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.unit = folder / "chillin.service"
        # verify looks whether the program is there; where it will be is not yet.
        self.unit.write_text(self.text.replace("/usr/local/bin/chillin", "/bin/true"))

    def analyze(self, *arguments):
        return subprocess.run(["systemd-analyze", *arguments, str(self.unit)], capture_output=True, text=True)

    def test_is_a_valid_unit(self):
        result = self.analyze("verify", "--man=no")
        about_it = [line for line in result.stderr.splitlines() if "chillin" in line]
        self.assertEqual((result.returncode, about_it), (0, []), result.stderr)

    def test_is_hardened(self):
        result = self.analyze("security", "--offline=true", "--threshold=20")
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_gives_the_server_the_time_it_needs_to_stop(self):
        self.assertGreaterEqual(int(re.search(r"^TimeoutStopSec=(\d+)$", self.text, re.MULTILINE)[1]), 5 + 10)

    def test_example_has_only_variables_that_the_server_reads(self):
        text = (DEPLOY / "systemd/chillin.env.example").read_text() + "\n".join(
            line.removeprefix("Environment=").replace(" ", "\n") for line in self.text.splitlines() if line.startswith("Environment="))
        names = set(re.findall(r"^#?([A-Z_0-9]+)=", text, re.MULTILINE))
        self.assertGreater(len(names), 8)
        self.assertEqual(names - config_variables(), set())


if __name__ == "__main__":
    unittest.main()
