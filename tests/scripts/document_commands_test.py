"""Every command in the documents is run by a test, or is one that can be: its program is there, and has its options and files.

RUN below names the test that runs a command. tests/integration/documents.test.mjs looks at the options of `chillin` itself.
"""

import functools
import json
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import document_commands  # noqa: E402
from document_commands import ROOT, all_commands, blocks_of, simple_commands  # noqa: E402

# What the words of a command begin with (a regular expression), in which documents, the test that runs it, and what shows that it does.
RUN = [
    (r"chillin (backup|restore)\b", "docs/operations.md", "tests/chaos/backup.test.mjs", "commandsOf('Embedded storage')"),
    (r"deploy/backup/(backup|restore)-postgres ", "docs/operations.md", "tests/chaos/backup.test.mjs", "commandsOf('PostgreSQL')"),
    (r"chillin backup-files", "", "deploy/backup/backup-postgres", "backup-files"),
    (r"chillin import-legacy", "", "tests/integration/import_legacy.test.mjs", "import-legacy"),
    (r"chillin health", "", "tests/integration/health_command.test.mjs", "runBinary(['health'"),
    (r"chillin check-config", "", "tests/integration/chat_operations.test.mjs", "runBinary(['check-config']"),
    (r"chillin migrate", "", "tests/integration/chat_operations.test.mjs", "runBinary(['migrate']"),
    (r"(curl|grep|sed|echo|base64|sort) ", "docs/api.md", "tests/integration/documents.test.mjs", "blocksOf('docs/api.md')"),
    (r"(curl|grep|sort|redis-cli SMEMBERS) ", "docs/runbooks/why-did-this-not-arrive.md", "tests/integration/message_trace.test.mjs", "why-did-this-not-arrive.md"),
    (r"\./run$", "", "tests/integration/documents.test.mjs", "'./run'"),
    (r"deploy/make-env$", "", "tests/scripts/deploy_files.py", "make-env"),
    (r"deploy/docker/build$", "", "test", "deploy/docker/build"),
    (r"\./make-servers ", "", "tests/integration/nginx_proxy.test.mjs", "/make-servers`"),
    (r"tests/chaos/run --short$", "", "test", "tests/chaos/run --short"),
    (r"bench/smoke$", "", "test", "bench/smoke"),
    (r"scripts/check-includes$", "", "test", "check-includes"),
    (r"scripts/install-deps (test|images)$", "", "test", "scripts/install-deps {1}"),
    (r"npm run (typecheck|lint)$", "client/README.md", "test", "for check in typecheck lint"),
    (r"npm test( --prefix client)?$", "", "test", "npm test --prefix client"),
    (r"promtool check metrics$", "", "tests/integration/metrics.test.mjs", "promtool"),
]

# Whose package is in scripts/install-deps, by the program; "": Debian's base, or the operator's own.
PACKAGES = {
    "apt": "", "apt-get": "", "base64": "", "cat": "", "chmod": "", "chown": "", "cp": "", "date": "", "echo": "", "false": "", "grep": "",
    "head": "", "install": "", "ip": "iproute2", "journalctl": "systemd", "ls": "", "mkdir": "", "mv": "", "printf": "", "rm": "", "sed": "",
    "sha256sum": "", "sort": "", "sudo": "", "sysctl": "procps", "tail": "", "tar": "", "tee": "", "test": "", "true": "", "ulimit": "",
    "cmake": "cmake", "createdb": "postgresql-15", "curl": "curl", "git": "git", "nginx": "nginx", "ninja": "ninja-build", "openssl": "openssl",
    "psql": "postgresql-15", "promtool": "prometheus", "redis-cli": "redis-server", "systemctl": "systemd", "ps": "procps",
    "docker": "", "ssh": "", "node": "", "npm": "",  # Node.js is looked after by install-deps itself
}
# Ours that answer --help without anything being installed. Of others the options stand in the file.
ANSWER_HELP = {"run", "test", "deploy/docker/build", "bench/run", "bench/cluster", "bench/metrics", "bench/postgres", "bench/profile", "bench/smoke", "scripts/check-format"}
OPTIONS_IN = {
    "tests/chaos/run": "tests/chaos/lib/options.mjs",
    "tests/chaos/rolling": "tests/chaos/rolling.mjs",
    "tests/chaos/soak": "tests/chaos/soak.mjs",
}
# What Compose 2 has and the docker-compose of Debian, which the tests have, has not.
COMPOSE_2 = {"--wait"}


@functools.cache
def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


@functools.cache
def options_text(tool):
    if tool in ANSWER_HELP:
        result = subprocess.run([str(ROOT / tool), "--help"], capture_output=True, text=True)
        return result.stdout if result.returncode == 0 else ""
    return read(OPTIONS_IN.get(tool, tool))


@functools.cache
def compose_help(*words):
    return subprocess.run(["docker-compose", *words, "--help"], capture_output=True, text=True).stdout


def is_there(option, text):
    name = option.split("=")[0]
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None or re.search(rf"['\"]{re.escape(name.lstrip('-'))}['\"]?\s*[:,{{]", text) is not None


def tool_of(program, command):
    """The file of the checkout that a program with a slash is, or None."""
    for base in (ROOT, ROOT / command.folder, (ROOT / command.document).parent):
        file = (base / program).resolve()
        if file.is_file() and ROOT in file.parents:
            return str(file.relative_to(ROOT))
    return None


def target_is_known(name):
    unit = re.fullmatch(r"unit_(\w+)", name)
    if unit:
        return f"chillin_unit_tests(NAME {unit.group(1)} " in read("tests/CMakeLists.txt")
    lists = subprocess.run(["git", "ls-files", "*CMakeLists.txt"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return any(re.search(rf"add_executable\({name}\b|NAME {name}\b", read(file)) for file in lists)


def what_is_wrong_with_files(words):
    """Files of the checkout that are named and not there."""
    for word in words:
        if re.match(r"^(deploy|scripts|tests|docs|server|client|bench)/[\w./-]+$", word) and not (ROOT / word).exists():
            return f"there is no {word}"
    return None


def check_ours(tool, arguments):
    text = options_text(tool)
    for word in arguments:
        if word.startswith("-") and not is_there(word, text) and not (word == "--help" and "--help" in read(tool)):
            return f"{tool} has no option {word}"
    if tool == "test":
        parts = " ".join(re.findall(r"^(?:named|all)_parts=\((.*)\)$", read("test"), re.MULTILINE)).split()
        unknown = [word for word in arguments if not word.startswith("-") and word not in parts]
        return f"./test has no part {unknown[0]}" if unknown else None
    if not arguments:
        return None  # a sentence that names the program, not a command to type
    if tool == "scripts/install-deps" and not re.search(rf"^  {arguments[0]}\)", read(tool), re.MULTILINE):
        return f"{tool} has no mode {arguments[0]}"
    if tool == "bench/profile" and not is_there(arguments[0], text):
        return f"{tool} has no scenario {arguments[0]}"
    return None


def check_npm(arguments, document):
    folder = pathlib.Path(document).parent
    if not arguments:
        return None
    if "--prefix" in arguments:
        at = arguments.index("--prefix")
        folder = pathlib.Path(arguments[at + 1])
        arguments = arguments[:at] + arguments[at + 2:]
    if arguments[:1] == ["install"]:
        return None if len(arguments) > 1 or (ROOT / folder / "package.json").is_file() else f"there is no {folder}/package.json"
    name = arguments[1] if arguments[0] == "run" else arguments[0]
    for place in (folder, pathlib.Path("client")):
        if (ROOT / place / "package.json").is_file():
            return None if name in json.loads(read(str(place / "package.json")))["scripts"] else f"{place}/package.json has no script {name}"
    return None


def check_compose(arguments):
    if arguments[:1] != ["compose"]:
        return None if not arguments or arguments[0] in ("inspect", "logs", "ps", "exec", "stats") else f"docker {arguments[0]} is not known here"
    at = 1
    while at < len(arguments) and arguments[at].startswith("-"):
        if not is_there(arguments[at], compose_help()):
            return f"docker compose has no option {arguments[at]}"
        at += 2
    verb, rest = arguments[at], arguments[at + 1:]
    if not re.search(rf"^  {verb} ", compose_help(), re.MULTILINE):
        return f"docker compose has no {verb}"
    services = re.findall(r"^  ([\w-]+):$", read("deploy/docker-compose.yml").split("\nservices:")[1].split("\nnetworks:")[0], re.MULTILINE)
    for word in rest:
        if word.startswith("-"):
            if word not in COMPOSE_2 and not is_there(word, compose_help(verb)):
                return f"docker compose {verb} has no option {word}"
        elif verb in ("exec", "run"):
            return None if word in services else f"there is no service {word}"
        elif word.replace("$n", "1") not in services:
            return f"there is no service {word}"
    return None


def check_build_tools(program, arguments):
    if program == "cmake" and "--preset" in arguments:
        presets = [preset["name"] for preset in json.loads(read("CMakePresets.json"))["configurePresets"]]
        preset = arguments[arguments.index("--preset") + 1]
        return None if preset in presets else f"there is no preset {preset}"
    if program == "ninja":
        unknown = [word for word in arguments[2:] if not target_is_known(word)]
        return f"there is no target {unknown[0]}" if unknown else None
    return None


def what_is_wrong(command):
    """None for a command that could be run, else a sentence."""
    program, arguments = command.words[0], command.words[1:]
    arguments = [word for word in arguments if word != "..."]
    missing = what_is_wrong_with_files(command.words)
    if missing:
        return missing
    built = re.fullmatch(r"build/\w+/bin/(\w+)", program)
    if built:
        return None if target_is_known(built.group(1)) else f"there is no target {built.group(1)}"
    if "/" in program:
        tool = tool_of(program, command)
        return check_ours(tool, arguments) if tool else f"there is no {program}"
    if program == "chillin":
        verbs = re.findall(r'add_subcommand\("([\w-]+)"', read("server/src/app/main.cc"))
        return None if not arguments or arguments[0].startswith("-") or arguments[0] in verbs else f"chillin has no {arguments[0]}"
    if program not in PACKAGES:
        return f"{program} is no program of ours or of a package named here (what is no command is fenced with its language)"
    if PACKAGES[program] and not re.search(rf"(?<![\w-]){re.escape(PACKAGES[program])}(?![\w-])", read("scripts/install-deps")):
        return f"{program} needs {PACKAGES[program]}, which scripts/install-deps does not install"
    if program == "npm":
        return check_npm(arguments, command.document)
    if program == "docker":
        return check_compose(arguments)
    return check_build_tools(program, arguments)


def runner_of(command):
    """(file, what shows it) of the test that runs the command, or None."""
    line = " ".join(command.words)
    for pattern, document, test, shown in RUN:
        found = re.match(pattern, line)
        if found and document in command.document and (document != "docs/api.md" or not command.inline):
            return test, shown.replace("{1}", (found.group(1) or "") if found.groups() else "")
    return None


class DocumentCommandsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.blocks, cls.commands = all_commands()

    def test_blocks_parse(self):
        for block in self.blocks:
            result = subprocess.run(["bash", "-n"], input=document_commands.fill_in(block.text), capture_output=True, text=True)
            self.assertEqual(result.stderr, "", f"{block.document}:{block.line}")

    def test_each_is_run_by_a_test_or_could_be_run(self):
        self.assertGreater(len(self.commands), 100)
        wrong = []
        for command in self.commands:
            runner = runner_of(command)
            if runner and runner[1] not in read(runner[0]):
                wrong.append(f"{command}: {runner[0]} does not have {runner[1]}")
            problem = what_is_wrong(command)
            if problem:
                wrong.append(f"{command}: {problem}")
        self.assertEqual(wrong, [])

    def test_every_runner_has_something_to_run(self):
        used = {runner_of(command) for command in self.commands}
        for _, _, test, shown in RUN:
            self.assertTrue(any(runner and runner[0] == test for runner in used), f"{test}: {shown}")

    def test_what_is_wrong_is_noticed(self):
        for line in ("./run --prot 5000", "./test nonsense", "chillin serf", "frobnicate --all", "scripts/install-dep test", "tests/chaos/run --minuts 3",
                     "docker compose up -d nginks", "docker compose upp", "docker compose up --detatch", "npm run --prefix client devv", "cmake --preset fast",
                     "ninja -C build/debug unit_chatt", "node --test tests/integration/nothing.test.mjs", "bench/run --fast", "build/release/bin/chilli",
                     "scripts/check-format --fixx", "deploy/docker/build --nonsense", "install -m 0644 deploy/systemd/chilin.service /etc"):
            (words,) = simple_commands(line)
            command = document_commands.Command("README.md", 1, words)
            self.assertIsNotNone(what_is_wrong(command), line)

    def test_commands_are_found(self):
        text = "Text `./run`.\n\n    ./run --port 1 # listen\n\n    FOO=1 chillin x > /dev/null && (cd y; ./test)\n\n```sh\ncurl $(./run) | sort\n```\n\n```js\nimport x\n```\n"
        blocks, prose = blocks_of("x.md", text)
        found = [words for block in blocks for line in block.text.split("\n") for words in simple_commands(line)]
        self.assertEqual(found, [["./run", "--port", "1"], ["chillin", "x"], ["cd", "y"], ["./test"], ["curl", "$"], ["./run"], ["sort"]])
        self.assertEqual([block.line for block in blocks], [3, 8])
        self.assertIn((1, "Text `./run`."), prose)


if __name__ == "__main__":
    unittest.main()
