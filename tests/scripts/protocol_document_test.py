"""docs/protocol.md names the events that the server takes and sends, no more and no fewer; so do its metrics and the web client.

tests/integration/protocol_document.test.mjs compares their payloads and answers with what a server says.
"""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def source(name):
    return (ROOT / name).read_text(encoding="utf-8")


def events_of_document(title):
    chapter = source("docs/protocol.md").split(f"\n## {title}\n")[1].split("\n## ")[0]
    first_cells = re.findall(r"^\| (`[^|]*`) \|", chapter, re.MULTILINE)
    return sorted(name for cell in first_cells for name in re.findall(r"`(\w+)`", cell))


class ProtocolDocumentTest(unittest.TestCase):
    def test_names_every_event_that_the_server_takes(self):
        taken = sorted(re.findall(r'^  on\(nsp, "(\w+)"', source("server/src/gateway/socket_gateway.cc"), re.MULTILINE))
        self.assertGreater(len(taken), 10)
        self.assertEqual(events_of_document("Events of the client"), taken)
        counted = re.search(r"kEvents = \{([^}]*)\}", source("server/src/gateway/gateway_metrics.cc")).group(1)
        self.assertEqual(sorted(re.findall(r'"(\w+)"', counted)), taken)

    def test_names_every_event_that_the_server_sends(self):
        json_out = source("server/src/gateway/json_out.cc")
        sent = set(re.findall(r'out\.name = "(\w+)"', json_out)) | set(re.findall(r'out\.name = [^;]*\? "(\w+)" : "\w+"', json_out))
        sent |= set(re.findall(r'out\.name = [^;]*\? "\w+" : "(\w+)"', json_out))
        sent |= set(re.findall(r'then\.push_back\(\{"(\w+)"', source("server/src/gateway/socket_events.cc")))
        self.assertGreater(len(sent), 12)
        self.assertEqual(events_of_document("Events of the server"), sorted(sent))
        known = re.search(r"SERVER_EVENTS = \[([^\]]*)\]", source("client/src/protocol/events.ts")).group(1)
        self.assertEqual(sorted(re.findall(r"'(\w+)'", known)), sorted(sent))


if __name__ == "__main__":
    unittest.main()
