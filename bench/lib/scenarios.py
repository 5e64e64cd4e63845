"""What is measured: the command lines of the load generator, which server they are for, and the bounds."""

import json
import statistics
import subprocess

from servers import FLOORS, Server


class Scenario:
    """`arguments` go to bench_load. `servers` take part. `other` replaces the arguments for single servers, where the
    common ones would take minutes: the baseline on Node joins a room of 1,000 in 20 ms."""

    def __init__(self, name, title, arguments, servers, other=None, once=()):
        self.name = name
        self.title = title
        self.arguments = arguments
        self.servers = servers
        self.other = other or {}
        self.once = once  # measured in the first round only


def make_scenarios(quick):
    traffic = ["--warmup", "1", "--duration", "4"] if quick else ["--warmup", "2", "--duration", "10"]
    ten = ["--connections", "1000", "--rooms", "10"]
    busy = ["--senders", "10", "--window", "16"]
    both = [*FLOORS, "node", "chillin"]
    return [
        Scenario("rate", "10,000 deliveries a second, 1,000 sockets in 10 rooms",
                 ["rate", *ten, "--rate", "10000", *traffic], both),
        Scenario("saturate", "saturation, 10 rooms of 100, 10 senders a room with 16 messages in flight each",
                 ["saturate", *ten, *busy, *traffic], both),
        Scenario("one-room", "saturation, one room of 1,000, 10 senders with 16 messages in flight each",
                 ["saturate", "--connections", "1000", "--rooms", "1", *busy, *traffic], [*FLOORS, "chillin"]),
        Scenario("sends", "1,000 senders, each in a room of its own with one message in flight",
                 ["sends", "--connections", "1000", "--rooms", "1000", "--window", "1", *traffic], ["node", "chillin"]),
        Scenario("handshake", "10,000 handshakes with join, over 10 rooms of 1,000, 64 at a time",
                 ["handshake", "--connections", "10000", "--rooms", "10", "--hold", "2"], both,
                 other={"node": ["handshake", "--connections", "1000", "--rooms", "1", "--hold", "1"]}, once=("node",)),
        Scenario("idle", "10,000 idle joined connections in 100 rooms",
                 ["idle", "--connections", "10000", "--rooms", "100", "--warm", "1000", "--hold", "5"], both,
                 other={"node": ["idle", "--connections", "2000", "--rooms", "100", "--hold", "3"]}, once=("node",)),
    ]


def run_load(bin_dir, server, arguments):
    """One run of the load generator against a running server; its figures as a dict, or {"error": text}."""
    command = [str(bin_dir / "bench_load"), *arguments, "--port", str(server.port), "--pid", str(server.pid), "--json"]
    if server.kind in FLOORS:
        command += ["--protocol", "floor"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        return {"error": "the load generator did not end within 300 s"}
    if done.returncode != 0 or not done.stdout.strip():
        return {"error": (done.stderr or "no output").strip()[-500:]}
    figures = json.loads(done.stdout)
    if done.stderr.strip():
        figures["complaint"] = done.stderr.strip()[-500:]
    if server.process.poll() is not None:
        figures["error"] = f"the server ended by itself ({server.process.returncode}): {server.log_text()[-500:]}"
    return figures


def measure(bin_dir, data_root, kind, arguments, threads, frame_bytes, more=()):
    """The same against a fresh server. `more` are options of the server."""
    with Server(kind, bin_dir, data_root, threads, frame_bytes, more) as server:
        return run_load(bin_dir, server, arguments)


class Results:
    """The figures of all rounds: scenario → server → list of dicts."""

    def __init__(self):
        self.rounds = {}

    def add(self, scenario, kind, figures):
        self.rounds.setdefault(scenario, {}).setdefault(kind, []).append(figures)

    def kinds(self, scenario):
        return list(self.rounds.get(scenario, {}))

    def values(self, scenario, kind, figure):
        runs = self.rounds.get(scenario, {}).get(kind, [])
        return [run[figure] for run in runs if isinstance(run.get(figure), (int, float))]

    def median(self, scenario, kind, figure):
        """None when it was not measured."""
        values = self.values(scenario, kind, figure)
        return statistics.median(values) if values else None

    def floor(self, scenario, figure, better):
        """The better of the two bare servers; `better` is min or max."""
        medians = [m for m in (self.median(scenario, kind, figure) for kind in FLOORS) if m is not None]
        return better(medians) if medians else None

    def troubles(self):
        """Runs of the chat in which something was lost, doubled, refused or closed, or which failed."""
        found = []
        for scenario, kinds in self.rounds.items():
            for number, run in enumerate(kinds.get("chillin", []), 1):
                if scenario == "rate" and run.get("deliveries_per_s", 10_000) < 9_900:
                    found.append(f"rate, round {number}: only {show(run['deliveries_per_s'])} deliveries a second")
                if run.get("error") or run.get("verdict") != "good":
                    what = run.get("error") or ", ".join(
                        f"{name} {run[name]}" for name in
                        ("lost", "duplicates_or_reordered", "refused", "unanswered", "closed") if run.get(name))
                    if run.get("complaint"):
                        what += f" ({run['complaint']})"
                    found.append(f"{scenario}, round {number}: {what or 'not every connection could join'}")
        return found


class Bound:
    """One line of the verdict. `measured` is None when its scenario did not run."""

    def __init__(self, text, measured, limit, at_most, unit, detail=""):
        self.text = text
        self.measured = measured
        self.limit = limit
        self.at_most = at_most
        self.unit = unit
        self.detail = detail

    @property
    def holds(self):
        if self.measured is None:
            return None
        return self.measured <= self.limit if self.at_most else self.measured >= self.limit


def ratio(a, b):
    return a / b if a is not None and b else None


def check_bounds(results):
    """Every bound of the benchmark, with its figure in this run."""
    mine = lambda scenario, figure: results.median(scenario, "chillin", figure)
    cpu = mine("rate", "cpu_us_per_delivery")
    floor_cpu = results.floor("rate", "cpu_us_per_delivery", min)
    node_cpu = results.median("rate", "node", "cpu_us_per_delivery")
    full = mine("saturate", "deliveries_per_s")
    node_full = results.median("saturate", "node", "deliveries_per_s")
    room, floor_room = mine("one-room", "deliveries_per_s"), results.floor("one-room", "deliveries_per_s", max)
    # Either of two ways holds this bound, so the lower of the two limits counts.
    full_limit = min(1_000_000, 12 * node_full) if node_full else 1_000_000
    beside = lambda a, b, unit: f"{show(a)} beside {show(b)} {unit}" if a is not None and b is not None else ""
    bounds = [
        Bound("CPU per delivery at 10,000/s, times the floor's", ratio(cpu, floor_cpu), 1.5, True, "x",
              beside(cpu, floor_cpu, "µs")),
        Bound("CPU per delivery at 10,000/s, times Node's", ratio(cpu, node_cpu), 0.5, True, "x",
              beside(cpu, node_cpu, "µs")),
        Bound("p99 from send to delivery at 10,000/s", mine("rate", "latency_p99_ms"), 10, True, "ms"),
        Bound("deliveries a second at saturation (1,000,000, or 12 times Node's)", full, full_limit, False, "/s",
              f"Node {show(node_full)}/s, ratio {show(ratio(full, node_full))}" if node_full and full else ""),
        Bound("deliveries a second in one room of 1,000, times the floor's", ratio(room, floor_room), 0.5, False, "x",
              beside(room, floor_room, "/s")),
        Bound("resident memory per idle joined connection", mine("idle", "bytes_per_connection"), 3072, True, "bytes"),
        Bound("server CPU per handshake with join, until all is quiet",
              mine("handshake", "cpu_us_per_handshake_settled"), 150, True, "µs"),
        Bound("server CPU per handshake, 900th to 1,000th person in a room",
              mine("handshake", "cpu_us_last_tenth"), 150, True, "µs"),
        Bound("10,000 handshakes", mine("handshake", "seconds"), 5, True, "s"),
        Bound("durable sends a second from 1,000 senders", mine("sends", "acked_sends_per_s"), 10_000, False, "/s"),
    ]
    troubles = results.troubles()
    measured = any("chillin" in kinds for kinds in results.rounds.values())
    bounds.append(Bound("runs with a message lost, doubled or out of order, or a connection lost",
                        len(troubles) if measured else None, 0, True, "", "; ".join(troubles)))
    return bounds


def show(value):
    """A figure for a person: three significant digits, thousands apart."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    if value == int(value):
        return str(int(value))
    return f"{value:.3g}"
