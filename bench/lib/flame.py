"""A flame graph as one SVG: width is time, each row calls the one above it. Hovering shows a frame's name and share."""

from xml.sax.saxutils import escape

WIDTH = 1600
ROW = 16
NARROWEST = 0.4  # pixels; what is narrower is left out


class Node:
    def __init__(self):
        self.samples = 0
        self.children = {}


def tree_of(stacks):
    root = Node()
    for stack, count in stacks.items():
        node = root
        node.samples += count
        for name in stack:
            node = node.children.setdefault(name, Node())
            node.samples += count
    return root


def colour_of(name):
    """Warm colours by name, so that a function looks the same in every graph; the kernel's are told by nothing but their names."""
    seed = sum((i + 1) * ord(c) for i, c in enumerate(name))
    return f"rgb({205 + seed % 50},{80 + seed // 7 % 110},{30 + seed // 13 % 50})"


def render(stacks, title):
    root = tree_of(stacks)
    boxes = []

    def draw(node, left, depth):
        deepest = depth
        for name, child in sorted(node.children.items()):
            width = WIDTH * child.samples / root.samples
            if width >= NARROWEST:
                boxes.append((left, depth, width, name, child.samples))
                deepest = max(deepest, draw(child, left, depth + 1))
            left += width
        return deepest

    rows = draw(root, 0, 0)
    height = (rows + 3) * ROW
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="monospace" font-size="11">',
           f'<rect width="100%" height="100%" fill="#fff"/><text x="8" y="14">{escape(title)}: {root.samples} samples</text>']
    for left, depth, width, name, samples in boxes:
        y = (depth + 1.5) * ROW
        label = escape(name[: int(width / 7)]) if width > 30 else ""
        out.append(f'<g><title>{escape(name)}: {100 * samples / root.samples:.1f} %</title>'
                   f'<rect x="{left:.1f}" y="{y:.0f}" width="{max(width - 0.3, 0.3):.1f}" height="{ROW - 1}" fill="{colour_of(name)}"/>'
                   f'<text x="{left + 2:.1f}" y="{y + 11:.0f}">{label}</text></g>')
    return "\n".join([*out, "</svg>"]) + "\n"
