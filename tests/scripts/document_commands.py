#!/usr/bin/env python3
"""Finds the commands in the project's documents: blocks fenced as sh or bash, indented blocks, and commands in the text.

usage: document_commands.py        prints them as JSON: [{ document, line, words, inline }], for tests that are not in Python

An indented block is commands; what is none is fenced with its language (```text, ```js). `<word>` stands for something to fill in.
"""

import json
import pathlib
import re
import shlex
import subprocess
from dataclasses import asdict, dataclass, field

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Output that stands indented: its first line.
OUTPUT = {("docs/operations.md", "table                        read  imported  already there  rejected")}
# Programs that a command in the text begins with. Others are words: `git` alone is a name.
SPOKEN = {"apt", "apt-get", "chillin", "cmake", "createdb", "curl", "docker", "git", "journalctl", "nginx", "ninja", "node", "npm",
          "promtool", "psql", "redis-cli", "ssh", "sysctl", "systemctl"}
KEYWORDS = {"do", "then", "else", "until", "while", "if", "elif", "!", "{", "time"}
SEPARATORS = re.compile(r"^[;&|()]+$")


@dataclass
class Block:
    document: str
    line: int  # of its first command
    text: str


@dataclass
class Command:
    document: str
    line: int
    words: list
    inline: bool = False
    folder: str = ""  # where it is run, relative to the checkout; empty: there
    block: str = field(default="", repr=False)

    def __str__(self):
        return f"{self.document}:{self.line}: {' '.join(self.words)}"


def documents():
    names = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return sorted(name for name in names if not name.startswith("CHANGELOG"))


def blocks_of(document, text):
    """Blocks of commands, and the lines of prose: (number, line)."""
    blocks, prose = [], []
    fence, start, lines = None, 0, []
    indented = []
    before = ""

    def end_indented():
        if indented and (document, indented[0][1].strip()) not in OUTPUT:
            while not indented[-1][1].strip():
                indented.pop()
            blocks.append(Block(document, indented[0][0], "\n".join(line[4:] for _, line in indented)))
        indented.clear()

    for number, line in enumerate(text.split("\n"), 1):
        mark = re.match(r"^\s*```(\w*)", line)
        if mark and fence is None:
            end_indented()
            fence, start, lines = mark.group(1), number + 1, []
        elif mark:
            if fence in ("sh", "bash"):
                blocks.append(Block(document, start, "\n".join(lines)))
            fence = None
        elif fence is not None:
            lines.append(line)
        elif line.startswith("    ") and (indented or not before.strip()) or (indented and not line.strip()):
            indented.append((number, line))
        else:
            end_indented()
            prose.append((number, line))
        before = line
    end_indented()
    return blocks, prose


def fill_in(text):
    return re.sub(r"<[a-z][a-z -]*>", "WORD", text)


def tokens_of(line):
    reader = shlex.shlex(line, posix=True, punctuation_chars=";&|()<>")
    reader.whitespace_split = True
    reader.commenters = "#"
    return list(reader)


def simple_commands(line):
    """The commands of one line, as lists of words: without redirections, assignments before them, and shell keywords."""
    words, skip = [], False
    for token in [*tokens_of(line), ";"]:
        if SEPARATORS.match(token):
            if words:
                yield words
            words, skip = [], False
        elif re.match(r"^[<>&]+$", token):
            skip = True
            if words and words[-1].isdigit():
                words.pop()
        elif skip:
            skip = False
        elif not words and (token in KEYWORDS or re.match(r"^[A-Za-z_]\w*=", token)):
            continue
        else:
            words.append(token)


def commands_of(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    blocks, prose = blocks_of(document, text)
    commands = []
    for block in blocks:
        folder = ""
        for offset, line in enumerate(fill_in(block.text).split("\n")):
            try:
                found = list(simple_commands(line))
            except ValueError:  # a quotation over several lines: bash -n looks at the whole block
                found = []
            for words in found:
                if words[0] in ("for", "done", "fi", "break", "continue", ":"):
                    continue
                if words[0] == "cd" and len(words) == 2:
                    folder = words[1]
                    continue
                commands.append(Command(document, block.line + offset, words, folder=folder, block=block.text))
    for number, line in prose:
        for code in re.findall(r"`([^`]+)`", line):
            try:
                found = list(simple_commands(fill_in(code)))
            except ValueError:
                continue
            if found and is_command(found[0], document):
                commands += [Command(document, number, words, inline=True) for words in found]
    return blocks, commands


def is_command(words, document):
    """Whether what stands as code in the text is a command, and not a name, a path or a piece of another language."""
    if "/" in words[0]:
        path = words[0].removeprefix("./")
        here = (ROOT / path, (ROOT / document).parent / path)
        return any(file.is_file() and file.stat().st_mode & 0o111 for file in here) or words[0].startswith("build/") and "/bin/" in words[0] or (
            len(words) > 1 and re.match(r"^(\./|scripts/|deploy/|bench/|tests/)", words[0]) is not None)
    return words[0] in SPOKEN and len(words) > 1


def all_commands():
    blocks, commands = [], []
    for document in documents():
        some_blocks, some_commands = commands_of(document)
        blocks += some_blocks
        commands += some_commands
    return blocks, commands


if __name__ == "__main__":
    print(json.dumps([{name: value for name, value in asdict(command).items() if name != "block"} for command in all_commands()[1]]))
