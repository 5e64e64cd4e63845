"""A PostgreSQL for a benchmark: in a folder on a real disk, durable (fsync on), gone at the end."""

import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

from servers import START_SECONDS, ServerFailed, free_port

PROGRAMS = next((folder for folder in ("/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin") if pathlib.Path(folder).exists()), "")
# What an operator would set on a machine of this size; everything that decides about durability is as it is by default.
SETTINGS = ["listen_addresses = '127.0.0.1'", "shared_buffers = 512MB", "max_wal_size = 4GB", "wal_compression = lz4"]


class Postgres:
    """A running one; use it in a `with` statement."""

    def __init__(self, data_root):
        if not PROGRAMS:
            raise ServerFailed("PostgreSQL is not installed (scripts/install-deps test)")
        data_root.mkdir(parents=True, exist_ok=True)
        # As root it runs as another user, who may not get into the checkout of this one.
        if os.geteuid() == 0 and not all(part.stat().st_mode & 0o001 for part in data_root.parents if part.exists()):
            print(f"{data_root} is not to be reached by user postgres; its data goes to /var/tmp", flush=True)
            data_root = pathlib.Path("/var/tmp")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="postgres-", dir=data_root))
        self.port = free_port()
        self.databases = 0
        self.process = None
        self.user = []
        if os.geteuid() == 0:  # which PostgreSQL refuses to run as
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self):
        data = self.folder / "data"
        made = subprocess.run([*self.user, f"{PROGRAMS}/initdb", "-D", data, "--auth=trust", "--locale=C.UTF-8", "-E", "UTF8",
                               "-U", "postgres"], capture_output=True, text=True, cwd="/")
        if made.returncode != 0:
            raise ServerFailed(f"initdb: {made.stderr}")
        with open(data / "postgresql.conf", "a", encoding="utf-8") as file:
            file.write("\n".join([*SETTINGS, f"unix_socket_directories = '{self.folder}'", ""]))
        self.log = open(self.folder / "log", "w+", encoding="utf-8")
        self.process = subprocess.Popen([*self.user, f"{PROGRAMS}/postgres", "-D", data, "-p", str(self.port)], cwd="/",
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + START_SECONDS
        while subprocess.run([f"{PROGRAMS}/pg_isready", "-q", "-h", self.folder, "-p", str(self.port)]).returncode != 0:
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise ServerFailed("PostgreSQL did not start:\n" + (self.folder / "log").read_text()[-2000:])
            time.sleep(0.05)

    def sql(self, statements, database="postgres"):
        done = subprocess.run([f"{PROGRAMS}/psql", "-h", self.folder, "-p", str(self.port), "-U", "postgres", "-d", database, "-XqAt",
                               "-v", "ON_ERROR_STOP=1", "-c", statements], capture_output=True, text=True, cwd="/")
        if done.returncode != 0:
            raise ServerFailed(done.stderr)
        return done.stdout.strip()

    def make_database(self):
        """A new empty one; returns its name and its connection string."""
        self.databases += 1
        name = f"bench{self.databases}"
        self.sql(f"CREATE DATABASE {name}")
        # Over TCP, as a server on another machine would.
        return name, f"postgres://postgres@127.0.0.1:{self.port}/{name}?sslmode=disable"

    def cpu_seconds(self):
        """What all its processes have used, the ended ones included."""
        total = 0.0
        tick = os.sysconf("SC_CLK_TCK")
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(entry.name) == self.process.pid:
                total += sum(int(field) for field in fields[11:15]) / tick
            elif int(fields[1]) == self.process.pid:
                total += sum(int(field) for field in fields[11:13]) / tick
        return total

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
