"""deploy/docker-compose.yml, .env.example and make-env: valid, complete, no default password, nothing published but nginx.

tests/integration/compose_commands.test.mjs runs the commands in it.
"""

import pathlib
import re
import stat
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from deploy_files import DEPLOY, ROOT, compose, config_variables, make_env, read_env, resolved  # noqa: E402

COMPOSE = (DEPLOY / "docker-compose.yml").read_text()
EXAMPLE = (DEPLOY / ".env.example").read_text()
IS_SECRET = re.compile(r"PASSWORD|SECRET|TOKEN")
RUNS_ONCE = {"minio-init"}


class MakeEnvTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.env = self.folder / ".env"

    def test_makes_every_secret_and_another_one_each_time(self):
        for name in ("one", "two"):
            self.assertEqual(make_env(self.folder / name).returncode, 0)
        one, two = read_env(self.folder / "one"), read_env(self.folder / "two")
        secrets = {name: value for name, value in one.items() if IS_SECRET.search(name)}
        self.assertIn("POSTGRES_PASSWORD", secrets)
        for name, value in secrets.items():
            self.assertRegex(value, r"^[0-9a-f]{48}$", name)
            self.assertNotEqual(value, two[name])
        self.assertEqual(len(set(secrets.values())), len(secrets))
        self.assertEqual({n: v for n, v in one.items() if n not in secrets}, {n: v for n, v in two.items() if n not in secrets})

    def test_is_for_its_owner_alone_and_leaves_nothing_else(self):
        make_env(self.env)
        self.assertEqual(stat.S_IMODE(self.env.stat().st_mode), 0o600)
        self.assertEqual([file.name for file in self.folder.iterdir()], [".env"])

    def test_overwrites_nothing(self):
        self.env.write_text("mine\n")
        result = make_env(self.env)
        self.assertEqual(result.returncode, 1)
        self.assertIn("is there already", result.stderr)
        self.assertEqual(self.env.read_text(), "mine\n")


class EnvExampleTest(unittest.TestCase):
    def test_has_every_variable_of_the_server_and_of_the_compose_file(self):
        listed = set(re.findall(r"^#?([A-Z_0-9]+)=", EXAMPLE, re.MULTILINE))
        wanted = config_variables() | set(re.findall(r"(?<!\$)\$\{([A-Z_0-9]+)", COMPOSE))
        self.assertEqual(wanted - listed, set())

    def test_explains_every_variable(self):
        lines = EXAMPLE.splitlines()
        for number, line in enumerate(lines):
            if re.match(r"#?[A-Z_0-9]+=", line):
                before = lines[number - 1]
                self.assertTrue(re.match(r"# [^-]", before) or re.match(r"#?[A-Z_0-9]+=", before), line)

    def test_has_no_secret_and_no_default_for_one(self):
        for name, value in re.findall(r"^([A-Z_0-9]+)=(.*)$", EXAMPLE, re.MULTILINE):
            if IS_SECRET.search(name):
                self.assertEqual(value, "", name)
        for name, rest in re.findall(r"(?<!\$)\$\{([A-Z_0-9]+)([^}]*)\}", COMPOSE):
            if IS_SECRET.search(name):
                self.assertTrue(rest.startswith(":?"), f"{name} has a default in docker-compose.yml")


class ComposeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.env = pathlib.Path(cls.folder.name) / ".env"
        make_env(cls.env)
        cls.file = resolved(cls.env)
        cls.services = cls.file["services"]

    def test_is_valid(self):
        result = compose(self.env, "config", "-q")
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_says_what_to_do_where_there_is_no_env(self):
        empty = self.env.with_name("empty")
        empty.touch()
        result = compose(empty, "config", "-q")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("deploy/make-env", result.stderr)

    def test_publishes_nginx_and_nothing_else(self):
        self.assertEqual([name for name, service in self.services.items() if "ports" in service], ["nginx"])
        self.assertTrue(self.file["networks"]["private"]["internal"])

    def test_every_service_has_a_limit_a_restart_and_a_health_check(self):
        for name, service in self.services.items():
            with self.subTest(name):
                self.assertIn("mem_limit", service)
                self.assertIn("pids_limit", service)
                self.assertIn("no-new-privileges:true", service["security_opt"])
                self.assertNotIn("privileged", service)
                if name in RUNS_ONCE:
                    self.assertEqual(service["restart"], "on-failure")
                else:
                    self.assertEqual(service["restart"], "unless-stopped")
                    self.assertIn("healthcheck", service)

    def test_images_of_others_are_of_one_version(self):
        for name, service in self.services.items():
            if not service["image"].startswith("chillin/"):
                self.assertRegex(service["image"], r":.*\d", name)

    def test_both_servers_get_every_variable_and_differ_in_their_id_alone(self):
        one, two = (self.services[f"api-server-{n}"]["environment"] for n in (1, 2))
        by_parts = {"DATABASE_URL"}
        self.assertEqual(config_variables() - by_parts - set(one), set())
        self.assertEqual({name for name in one if one[name] != two[name]}, {"SERVER_ID"})

    def test_a_container_gets_no_secret_but_its_own(self):
        secrets = {name: value for name, value in read_env(self.env).items() if IS_SECRET.search(name)}
        expected = {
            "nginx": set(),
            "api-server-1": {"DB_PASSWORD", "REDIS_PASSWORD", "S3_SECRET_ACCESS_KEY", "SESSION_SECRET", "METRICS_TOKEN"},
            "postgres": {"POSTGRES_PASSWORD", "DB_PASSWORD"},
            "redis": {"REDIS_PASSWORD"},
            "minio": {"MINIO_ROOT_PASSWORD"},
            "minio-init": {"MINIO_ROOT_PASSWORD", "S3_SECRET_ACCESS_KEY"},
            "prometheus": {"METRICS_TOKEN"},
            "alertmanager": set(),
            "grafana": {"GRAFANA_ADMIN_PASSWORD"},
        }
        for service, names in expected.items():
            values = " ".join(str(value) for value in self.services[service].get("environment", {}).values())
            self.assertEqual({name for name, value in secrets.items() if value in values}, names, service)
            # Arguments are in every process list.
            arguments = f"{self.services[service].get('command')} {self.services[service].get('entrypoint')}"
            self.assertFalse([name for name, value in secrets.items() if value in arguments], service)

    def test_what_is_mounted_is_there(self):
        for name, service in self.services.items():
            for volume in service.get("volumes", []):
                source = volume.split(":")[0] if isinstance(volume, str) else volume["source"]
                if source.startswith("/") and not source.endswith("/tls"):
                    self.assertTrue(pathlib.Path(source).exists(), f"{name}: {source}")

    def test_nginx_knows_the_addresses_of_the_servers_and_they_know_its(self):
        servers = self.services["nginx"]["environment"]["CHILLIN_SERVERS"].split()
        for number, server in enumerate(servers, 1):
            service = self.services[f"api-server-{number}"]
            address = service["networks"]["private"]["ipv4_address"]
            self.assertEqual(server, f"{service['environment']['SERVER_ID']}={address}:{service['environment']['PORT']}")
            self.assertEqual(service["environment"]["TRUST_PROXY"], self.services["nginx"]["networks"]["private"]["ipv4_address"])

    def test_the_servers_have_the_time_they_need_to_stop(self):
        for name in ("api-server-1", "api-server-2"):
            # DRAIN_SECONDS, 5 with Redis, and 10 s.
            self.assertGreaterEqual(int(self.services[name]["stop_grace_period"].rstrip("s")), 5 + 10)

    def test_shell_in_it_and_beside_it_parses(self):
        scripts = [("make-env", None), ("docker/nginx/start", None), ("minio/init", None), ("postgres/10-chillin.sh", None)]
        for name, service in self.services.items():
            for key in ("command", "entrypoint"):
                words = service.get(key)
                if isinstance(words, list) and words[:1] == ["sh"] and words[1].startswith("-"):
                    scripts.append((f"{name}: {key}", words[-1].replace("$$", "$")))
        self.assertGreater(len(scripts), 5)
        for name, text in scripts:
            text = (DEPLOY / name).read_text() if text is None else text
            result = subprocess.run(["sh", "-n"], input=text, capture_output=True, text=True)
            self.assertEqual((result.returncode, result.stderr), (0, ""), name)


if __name__ == "__main__":
    unittest.main()
