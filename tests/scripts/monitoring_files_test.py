"""The configuration of Prometheus and alertmanager: checked by their own tools, and each alert has cases and a runbook."""

import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROMETHEUS = ROOT / "deploy/prometheus"
RUNBOOKS = ROOT / "docs/runbooks"
RULES = (PROMETHEUS / "rules/alerts.yml").read_text(encoding="utf-8")
ALERTS = re.findall(r"- alert: (\w+)", RULES)


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


class MonitoringFiles(unittest.TestCase):
    def succeeds(self, *command):
        status, said = run(*command)
        self.assertEqual(status, 0, said)

    def test_promtool_accepts_configuration_and_rules(self):
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder, "prometheus")
            shutil.copytree(PROMETHEUS, copy)
            token = copy / "token"
            token.write_text("x", encoding="utf-8")
            config = copy / "prometheus.yml"
            config.write_text(config.read_text(encoding="utf-8").replace("/tmp/metrics_token", str(token)), encoding="utf-8")
            self.succeeds("promtool", "check", "config", config)
        self.succeeds("promtool", "check", "rules", PROMETHEUS / "rules/alerts.yml")

    def test_each_alert_is_silent_and_fires_when_it_should(self):
        self.succeeds("promtool", "test", "rules", PROMETHEUS / "alerts_test.yml")
        cases = re.findall(r"- name: (\w+)", (PROMETHEUS / "alerts_test.yml").read_text(encoding="utf-8"))
        self.assertEqual(cases, ALERTS)

    def test_amtool_accepts_alertmanagers_configuration(self):
        self.succeeds("amtool", "check-config", ROOT / "deploy/alertmanager/alertmanager.yml")

    # Runbooks for questions, not for alerts, have names in lower case.
    def test_each_alert_has_its_runbook_and_each_runbook_its_alert(self):
        self.assertEqual(sorted(path.stem for path in RUNBOOKS.glob("[A-Z]*.md")), sorted(ALERTS))
        self.assertEqual(re.findall(r"runbook_url: docs/runbooks/(\w+)\.md", RULES), ALERTS)
        for name in ALERTS:
            text = (RUNBOOKS / f"{name}.md").read_text(encoding="utf-8")
            headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
            self.assertEqual(headings, ["What it means", "What to look at", "What to do"], name)

    def test_alerts_and_runbooks_name_only_metrics_that_exist(self):
        known = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/metrics.md").read_text(encoding="utf-8"), re.MULTILINE))
        texts = [RULES] + [path.read_text(encoding="utf-8") for path in RUNBOOKS.glob("*.md")]
        for name in re.findall(r"\b(?:chillin|process)_\w+", "\n".join(texts)):
            self.assertIn(re.sub(r"_(bucket|sum|count)$", "", name), known)


if __name__ == "__main__":
    unittest.main()
