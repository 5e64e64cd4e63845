"""Every relative link in a document leads to something that is there, headings included."""

import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def documents():
    names = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return [ROOT / name for name in names]


def prose_of(text):
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", "code", re.sub(r"^    .*$", "", text, flags=re.MULTILINE))


def anchors_of(text):
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


class DocumentsTest(unittest.TestCase):
    def test_relative_links_lead_somewhere(self):
        broken = []
        for document in documents():
            text = document.read_text(encoding="utf-8")
            links = re.findall(r"\]\(([^)\s]+)\)", prose_of(text)) + re.findall(r'<img src="([^"]+)"', text)
            for link in links:
                if re.match(r"[a-z]+:", link):
                    continue
                name, _, anchor = link.partition("#")
                target = (document.parent / name).resolve() if name else document
                if not target.exists():
                    broken.append(f"{document.relative_to(ROOT)}: {link}")
                elif anchor and target.suffix == ".md" and anchor not in anchors_of(target.read_text(encoding="utf-8")):
                    broken.append(f"{document.relative_to(ROOT)}: {link}: no such heading")
        self.assertEqual(broken, [])


if __name__ == "__main__":
    unittest.main()
