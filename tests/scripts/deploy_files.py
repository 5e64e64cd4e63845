"""What the tests of deploy/ read: the Compose file as docker-compose understands it, .env.example, the Dockerfile."""

import fnmatch
import pathlib
import re
import subprocess

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
# No caller's variables: in the shell of somebody who works on the project they may mean something else.
CLEAN = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}


def compose(env_file, *arguments):
    """docker-compose with the variables of `env_file` and nothing else."""
    command = ["docker-compose", "--env-file", str(env_file), "-f", "docker-compose.yml", "--profile", "monitoring", *arguments]
    return subprocess.run(command, cwd=DEPLOY, env=CLEAN, capture_output=True, text=True)


def make_env(target):
    return subprocess.run([DEPLOY / "make-env", str(target)], capture_output=True, text=True)


def resolved(env_file):
    """The Compose file with every variable filled in."""
    result = compose(env_file, "config")
    assert result.returncode == 0, result.stderr
    return yaml.safe_load(result.stdout)


def read_env(path):
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if re.match(r"[A-Z]", line))


def config_variables():
    """Every variable that the server reads."""
    return set(re.findall(r'reader\.read\(\s*"([A-Z_0-9]+)"', (ROOT / "server/src/app/config.cc").read_text()))


def dockerfile_lines(path):
    """Its instructions, each on one line."""
    text = re.sub(r"^\s*#.*\n", "", path.read_text(), flags=re.MULTILINE)
    return [line.strip() for line in re.sub(r"\\\n", " ", text).splitlines() if line.strip()]


def is_ignored(name, rules):
    """Whether .dockerignore leaves the path out: the last rule that fits it, or a folder above it, decides."""
    parts = name.split("/")
    above = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    ignored = False
    for rule in rules:
        pattern = rule.lstrip("!")
        candidates = above + [part for part in parts if pattern.startswith("**/")]
        if any(fnmatch.fnmatchcase(one, pattern.removeprefix("**/")) for one in candidates):
            ignored = not rule.startswith("!")
    return ignored
