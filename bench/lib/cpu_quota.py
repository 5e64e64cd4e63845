"""Holds a process to a part of a core, so that a core is free for a second one on a machine that has no core left.

Needs a writable cgroup hierarchy with the cpu controller (v1 or v2), which root has on a plain Debian.
"""

import os
import pathlib
import time

V1 = pathlib.Path("/sys/fs/cgroup/cpu")
V2 = pathlib.Path("/sys/fs/cgroup")
PERIOD_US = 20_000  # the kernel hands a quota out in slices of 5 ms: shorter periods are held less exactly


class CpuQuota:
    """A control group for one process and its threads; removed at the end of a `with` statement, after the process."""

    def __init__(self, pid, cores):
        self.pid, self.quota_us = pid, int(cores * PERIOD_US)
        self.folder = (V1 if (V1 / "cpu.cfs_quota_us").exists() else V2) / f"chillin-bench-{os.getpid()}-{pid}"

    @staticmethod
    def available():
        """Whether this user may make such groups here."""
        try:
            with CpuQuota(os.getpid(), 1.0):
                return True
        except OSError:
            return False

    def __enter__(self):
        self.folder.mkdir()
        try:
            if self.folder.parent == V1:
                (self.folder / "cpu.cfs_period_us").write_text(str(PERIOD_US))
                (self.folder / "cpu.cfs_quota_us").write_text(str(self.quota_us))
            else:
                (self.folder / "cpu.max").write_text(f"{self.quota_us} {PERIOD_US}")
            (self.folder / "cgroup.procs").write_text(str(self.pid))
        except OSError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        # A process that is still in it goes back to where everything else is.
        for _ in range(100):
            try:
                for pid in (self.folder / "cgroup.procs").read_text().split():
                    (self.folder.parent / "cgroup.procs").write_text(pid)
                self.folder.rmdir()
                return
            except FileNotFoundError:
                return
            except OSError:
                time.sleep(0.02)
