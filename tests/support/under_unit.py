#!/usr/bin/python3
"""Runs a command under what deploy/systemd/chillin.service allows, where no systemd runs.

    under_unit.py COMMAND ...

Of the unit: SystemCallFilter and SystemCallErrorNumber, RestrictAddressFamilies, MemoryDenyWriteExecute, NoNewPrivileges, and
no capability in CapabilityBoundingSet. The groups (@system-service) are those of the systemd that is installed. The command takes
this process over. As root it then runs as somebody else, as by DynamicUser.
"""

import ctypes
import errno
import mmap
import os
import pathlib
import re
import socket
import subprocess
import sys

import seccomp

UNIT = pathlib.Path(__file__).resolve().parents[2] / "deploy/systemd/chillin.service"
PR_SET_NO_NEW_PRIVS = 38
PR_CAPBSET_DROP = 24
SOMEBODY = 61184  # the first of those that DynamicUser= gives


def settings(name):
    return re.findall(rf"^{name}=(.*)$", UNIT.read_text(), re.MULTILINE)


def expand(group):
    """The calls of a group such as @system-service, groups in it included."""
    if not group.startswith("@"):
        return {group}
    text = subprocess.run(["systemd-analyze", "--no-pager", "syscall-filter", group], capture_output=True, text=True, check=True).stdout
    names = [line.strip() for line in text.splitlines()[1:]]
    return set().union(*(expand(name) for name in names if name and not name.startswith("#")))


def allowed_calls():
    """As systemd.exec(5) has it: the first line makes it a list of what is allowed, later ones add and, with ~, take away."""
    allowed = set(expand("@default"))
    for line in settings("SystemCallFilter"):
        calls = set().union(*(expand(word) for word in line.lstrip("~").split()))
        allowed = allowed - calls if line.startswith("~") else allowed | calls
    return allowed


def load_filter():
    number = getattr(errno, settings("SystemCallErrorNumber")[0])
    rules = seccomp.SyscallFilter(seccomp.ERRNO(number))
    # Whoever runs the command needs them; the unit has systemd for it.
    calls = allowed_calls() | {"execve"}
    families = [getattr(socket, name) for name in settings("RestrictAddressFamilies")[0].split()]
    for call in sorted(calls - {"socket", "mmap", "mprotect"}):
        try:
            rules.add_rule(seccomp.ALLOW, call)
        except RuntimeError:
            pass  # not a call of this architecture
    for family in families:
        rules.add_rule(seccomp.ALLOW, "socket", seccomp.Arg(0, seccomp.EQ, family))
    # MemoryDenyWriteExecute=: no memory that is or becomes executable, but what a file gives read-only.
    both = mmap.PROT_WRITE | mmap.PROT_EXEC
    for flags in (0, mmap.PROT_WRITE, mmap.PROT_EXEC):
        rules.add_rule(seccomp.ALLOW, "mmap", seccomp.Arg(2, seccomp.MASKED_EQ, both, flags))
    rules.add_rule(seccomp.ALLOW, "mprotect", seccomp.Arg(2, seccomp.MASKED_EQ, mmap.PROT_EXEC, 0))
    rules.load()


def main():
    assert settings("NoNewPrivileges") == ["yes"] and settings("CapabilityBoundingSet") == [""] and settings("MemoryDenyWriteExecute") == ["yes"]
    libc = ctypes.CDLL(None, use_errno=True)
    if os.getuid() == 0:
        for capability in range(64):
            libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
        os.setgroups([])
        os.setresgid(SOMEBODY, SOMEBODY, SOMEBODY)
        os.setresuid(SOMEBODY, SOMEBODY, SOMEBODY)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs")
    load_filter()
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
