"""The README's table of settings lists what server/src/app/config.cc reads, with the same defaults."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Their defaults are words in the README, because no fixed text can say them.
DESCRIBED = {"IO_THREADS": "number of cores", "SESSION_SECRET": "made at the first start", "CLIENT_ORIGIN": "none",
             "DATABASE_URL": "none", "DB_HOST": "none", "DB_PASSWORD": "none", "DB_REPLICA_URL": "none", "REDIS_URL": "none",
             "SERVER_ID": "none", "METRICS_TOKEN": "none", "DRAIN_SECONDS": "`0`; `5` with `REDIS_URL`",
             "MINIO_ENDPOINT": "none", "S3_PUBLIC_ENDPOINT": "none", "S3_ACCESS_KEY_ID": "none",
             "S3_SECRET_ACCESS_KEY": "none", "S3_BUCKET_NAME": "none"}


class ReadmeTest(unittest.TestCase):
    def setUp(self):
        self.readme = (ROOT / "README.md").read_text()
        self.config = (ROOT / "server/src/app/config.cc").read_text()

    def test_lists_every_setting_with_its_default(self):
        table = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]*?) \|", self.readme, re.MULTILINE))
        read = dict(re.findall(r'reader\.read\(\s*"([A-Z_]+)",\s*("[^"]*"|\w+)', self.config))
        self.assertTrue(read, "config.cc no longer looks as this test expects")
        expected = {name: DESCRIBED.get(name, f"`{default.strip(chr(34))}`") for name, default in read.items()}
        self.assertEqual(table, expected)

    def test_lists_every_part_of_the_tests(self):
        parts = re.search(r"^all_parts=\((.*)\)$", (ROOT / "test").read_text(), re.MULTILINE).group(1).split()
        for part in parts:
            self.assertIn(f"`{part}`", self.readme)


if __name__ == "__main__":
    unittest.main()
