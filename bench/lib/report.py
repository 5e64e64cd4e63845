"""The tables of a run, on the screen and in bench/results/."""

import datetime
import json
import os
import platform
import subprocess

from scenarios import check_bounds, ratio, show
from servers import ROOT

# Per scenario: figure, heading, whether more is better (None: neither).
COLUMNS = {
    "rate": [("cpu_us_per_delivery", "CPU/delivery µs", False), ("latency_p50_ms", "p50 ms", False),
             ("latency_p99_ms", "p99 ms", False), ("latency_max_ms", "max ms", False), ("server_cores", "server cores", None)],
    "saturate": [("deliveries_per_s", "deliveries/s", True), ("acked_sends_per_s", "sends/s", True),
                 ("latency_p50_ms", "p50 ms", False), ("latency_p99_ms", "p99 ms", False),
                 ("cpu_us_per_delivery", "CPU/delivery µs", False), ("frames_per_recv", "frames/recv", None),
                 ("server_cores", "server cores", None), ("load_cores", "load cores", None)],
    "sends": [("acked_sends_per_s", "sends/s", True), ("latency_p50_ms", "p50 ms", False), ("latency_p99_ms", "p99 ms", False),
              ("cpu_us_per_send", "CPU/send µs", False), ("server_cores", "server cores", None)],
    "handshake": [("cpu_us_per_handshake", "CPU µs", False), ("cpu_us_per_handshake_settled", "until quiet µs", False),
                  ("cpu_us_last_tenth", "last tenth µs", False), ("seconds", "all, s", False),
                  ("handshake_p50_ms", "p50 ms", False), ("handshake_p99_ms", "p99 ms", False)],
    "idle": [("bytes_per_connection", "bytes/connection", False), ("bytes_per_connection_warm", "after warm-up", False),
             ("rss_held_mib", "RSS MiB", None)],
}
COLUMNS["one-room"] = COLUMNS["saturate"]
# The figure by which a server is compared with the others.
MAIN = {name: columns[0] for name, columns in COLUMNS.items()}
DISTURBED = 0.15  # cores that other programs may take before a run is marked


def commit():
    """The short commit, with "-dirty" where what was built differs from it."""
    def git(*arguments):
        done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True)
        return done.stdout.strip() if done.returncode == 0 else None
    short = git("rev-parse", "--short=10", "HEAD")
    if not short:
        return "unknown"
    return short + ("-dirty" if git("status", "--porcelain", "--", "server", "bench/load", "bench/floor", "bench/node", "cmake", "CMakeLists.txt") else "")


def machine():
    model = "unknown"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    with open("/proc/meminfo", encoding="utf-8") as file:
        memory = int(file.readline().split()[1]) / 1048576
    try:
        node = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip()
    except OSError:
        node = "none"
    return {"cpu": model, "cores": os.cpu_count(), "memory_gib": round(memory, 1), "kernel": platform.release(), "node": node}


def table(rows):
    """Rows of strings as a Markdown table, padded so that it reads as text too; the first row is the head."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    line = lambda row: "| " + " | ".join(
        cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths))) + " |"
    rule = "|" + "|".join("-" * (width + 2) if i == 0 else "-" * (width + 1) + ":" for i, width in enumerate(widths)) + "|"
    return [line(rows[0]), rule, *(line(row) for row in rows[1:])]


def scenario_table(scenario, results):
    columns = COLUMNS[scenario.name]
    kinds = results.kinds(scenario.name)
    with_ratio = len(kinds) > 1 and "chillin" in kinds
    figure, heading, _ = MAIN[scenario.name]
    rows = [["", *(title for _, title, _ in columns), *(["chillin / it"] if with_ratio else [])]]
    for kind in kinds:
        row = [kind]
        for name, _, _ in columns:
            values = results.values(scenario.name, kind, name)
            text = show(results.median(scenario.name, kind, name))
            if name == figure and len(values) > 1:
                text += f" ({show(min(values))}–{show(max(values))})"
            row.append(text)
        if with_ratio:
            of = ratio(results.median(scenario.name, "chillin", figure), results.median(scenario.name, kind, figure))
            row.append("" if kind == "chillin" else f"{show(of)} x")
        rows.append(row)
    lines = table(rows)
    notes = []
    for kind in kinds:
        for run in results.rounds[scenario.name][kind]:
            if run.get("error"):
                notes.append(f"{kind}: {run['error']}")
            elif run.get("verdict") != "good":
                notes.append(f"{kind}: {run.get('complaint') or 'lost, doubled, refused or closed; see the JSON'}")
        others = results.values(scenario.name, kind, "other_cores")
        if others and max(others) > DISTURBED:
            notes.append(f"{kind}: other programs took up to {show(max(others))} cores beside it")
        if kind in scenario.other:
            notes.append(f"{kind}: measured with `{' '.join(scenario.other[kind])}`")
    if len(columns) and with_ratio:
        notes.append(f"the ratio is of {heading}")
    return lines + ([""] + [f"- {note}" for note in dict.fromkeys(notes)] if notes else [])


def bound_lines(bounds):
    rows = [["bound", "limit", "measured", "", "figures"]]
    for bound in bounds:
        sign = "≤" if bound.at_most else "≥"
        verdict = {True: "pass", False: "MISS", None: "not run"}[bound.holds]
        limit = f"{sign} {show(bound.limit)} {bound.unit}".rstrip()
        measured = f"{show(bound.measured)} {bound.unit}".rstrip() if bound.measured is not None else "–"
        rows.append([bound.text, limit, measured, verdict, bound.detail])
    return table(rows)


def render(scenarios, results, facts):
    lines = [f"# Benchmark of {facts['date']}, commit {facts['commit']}", ""]
    about = facts["machine"]
    lines += [f"{about['cpu']}, {about['cores']} cores, {about['memory_gib']} GiB, Linux {about['kernel']}, Node {about['node']}. "
              f"Data on {facts['file_system']}, a durable 4 KiB write takes {facts['fsync_us']:.0f} µs. "
              f"{facts['threads']} I/O threads in the chat and the bare servers; the load generator has one thread on the "
              f"same cores. Medians of {facts['rounds']} interleaved rounds"
              f"{' (short ones: --quick)' if facts['quick'] else ''}, in brackets the lowest and highest. "
              f"A delivery is a frame of {facts['frame_bytes']} bytes.", ""]
    bounds = check_bounds(results)
    lines += ["## Bounds", "", *bound_lines(bounds), ""]
    for scenario in scenarios:
        if results.kinds(scenario.name):
            lines += [f"## {scenario.name}: {scenario.title}", "", *scenario_table(scenario, results), ""]
    return "\n".join(lines), bounds


def save(text, bounds, results, facts, folder):
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / f"{facts['date']}-{facts['commit']}"
    stem.with_name(stem.name + ".md").write_text(text, encoding="utf-8")
    data = {**facts, "bounds": [{"bound": b.text, "limit": b.limit, "at_most": b.at_most, "unit": b.unit,
                                 "measured": b.measured, "holds": b.holds} for b in bounds], "rounds": results.rounds}
    stem.with_name(stem.name + ".json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return stem.with_name(stem.name + ".md")


def today():
    return datetime.datetime.now().strftime("%Y-%m-%d")
