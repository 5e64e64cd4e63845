"""Starts and stops the servers that are measured: the chat, the two bare ones, and socket.io on Node."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLOORS = ("floor-epoll", "floor-asio")
ALL = (*FLOORS, "node", "chillin")
START_SECONDS = 15
STOP_SECONDS = 15
# Limits protect a server from what a benchmark does on purpose.
LIMITS_OFF = {name: "0" for name in
              ("MESSAGE_RATE_LIMIT", "AUTH_RATE_LIMIT", "HANDSHAKE_RATE_LIMIT", "ROOM_RATE_LIMIT")}


class ServerFailed(Exception):
    """The server did not start; the text says why, with the end of its log."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def file_system_of(folder):
    """The type of the file system that holds `folder`, from the longest mount point that fits."""
    best = ("", "unknown")
    target = str(pathlib.Path(folder).resolve())
    with open("/proc/mounts", encoding="utf-8") as mounts:
        for line in mounts:
            _, point, kind, *_ = line.split()
            if (target == point or target.startswith(point.rstrip("/") + "/")) and len(point) >= len(best[0]):
                best = (point, kind)
    return best[1]


def fsync_microseconds(folder, rounds=100):
    """The median time of writing 4 KiB and waiting until they are on the disk: what a durable commit costs at least."""
    times = []
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        block = os.urandom(4096)
        for _ in range(rounds):
            started = time.perf_counter()
            os.pwrite(file.fileno(), block, 0)
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - started)
    return sorted(times)[rounds // 2] * 1e6


class Server:
    """A running server; use it in a `with` statement. `pid` and `port` are what the load generator wants to know."""

    def __init__(self, kind, bin_dir, data_root, threads=2, frame_bytes=250, more=(), variables=None):
        self.kind = kind
        self.port = free_port()
        self.data = None
        environment = dict(os.environ)
        if kind in FLOORS:
            command = [str(bin_dir / "bench_floor"), kind.split("-")[1], "--port", str(self.port),
                       "--threads", str(threads), "--frame-bytes", str(frame_bytes), *more]
        elif kind == "node":
            # What a production start of Node sets, and nothing else.
            environment["NODE_ENV"] = "production"
            command = ["node", str(ROOT / "bench/node/server.mjs"), "--port", str(self.port)]
        else:
            data_root.mkdir(parents=True, exist_ok=True)
            self.data = tempfile.mkdtemp(prefix="data-", dir=data_root)
            environment = {name: value for name, value in environment.items()
                           if not name.startswith(("DB_", "S3_", "REDIS_", "MINIO_", "DATABASE_"))}
            environment.update(LIMITS_OFF, HOST="127.0.0.1", PORT=str(self.port), DATA_DIR=self.data,
                               IO_THREADS=str(threads), LOG_LEVEL="warn")
            environment.update(variables or {})
            command = [str(bin_dir / "chillin"), "serve"]
        self.log = tempfile.TemporaryFile()
        try:
            self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL,
                                            stdout=self.log, stderr=subprocess.STDOUT)
        except OSError as error:
            raise ServerFailed(f"{kind} did not start: {error.strerror}: {command[0]}") from error
        self.pid = self.process.pid

    def __enter__(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                time.sleep(0.3)
                return self
            except OSError:
                time.sleep(0.05)
        text = self.log_text()
        self.__exit__()
        raise ServerFailed(f"{self.kind} did not start:\n{text[-2000:]}")

    def log_text(self):
        self.log.seek(0)
        return self.log.read().decode("utf-8", "replace")

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
        if self.data:
            shutil.rmtree(self.data, ignore_errors=True)


def ready_node():
    """Installs the Node baseline's packages where the lock file is not the one installed last. False: there is no npm."""
    folder = ROOT / "bench/node"
    lock, stamp = folder / "package-lock.json", folder / "node_modules/.installed"
    if stamp.exists() and stamp.read_bytes() == lock.read_bytes():
        return True
    if not shutil.which("npm") or not shutil.which("node"):
        return False
    subprocess.run(["npm", "ci", "--no-fund", "--no-audit", "--silent"], cwd=folder, check=True)
    shutil.copyfile(lock, stamp)
    return True
