"""A picture as SVG, with the looks of all of them."""

from html import escape

STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .paper { fill: #ffffff } .lane { fill: #f3f5f8 } .box { fill: #ffffff; stroke: #57606a }
  .good { fill: #dff3e4; stroke: #1a7f37 } .end { fill: #eaeef2; stroke: #57606a }
  .judge { fill: #fff3d6; stroke: #9a6700 } .arrow { fill: none; stroke: #57606a; stroke-width: 1.4 }
  .back { stroke-dasharray: 5 3 } .tip { fill: #57606a } .title { font-weight: 600 }
  .small, .small tspan { font-size: 12px } .note { fill: #57606a; font-size: 12px }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .paper { fill: #0d1117 } .lane { fill: #161b22 }
    .box { fill: #0d1117; stroke: #8b949e } .good { fill: #12361f; stroke: #3fb950 }
    .end { fill: #21262d; stroke: #8b949e } .judge { fill: #3a2d0b; stroke: #d29922 }
    .arrow { stroke: #8b949e } .tip, .note { fill: #8b949e }
  }
"""


class Picture:
    def __init__(self, width, height, title):
        self.size = width, height
        self.title = title
        self.parts = []

    def text(self, x, y, words, kind="", anchor="start"):
        self.parts.append(f'<text x="{x}" y="{y}" class="{kind}" text-anchor="{anchor}">'
                          f"{escape(words)}</text>")

    def lane(self, x, y, width, height, title):
        self.parts.append(f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="8" '
                          'class="lane"/>')
        self.text(x + 12, y + 20, title, "note")

    def box(self, x, y, width, height, lines, kind="box"):
        """The first line is the name, the others say more."""
        self.parts.append(f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="6" '
                          f'class="{kind}"/>')
        step = 17
        top = y + height / 2 - step * (len(lines) - 1) / 2 + 4.5
        for number, line in enumerate(lines):
            self.text(x + width / 2, round(top + step * number, 1), line,
                      "title" if number == 0 else "small", "middle")

    def arrow(self, path, kind="", tip=True):
        end = ' marker-end="url(#tip)"' if tip else ""
        self.parts.append(f'<path d="{path}" class="arrow {kind}"{end}/>')

    def __str__(self):
        width, height = self.size
        return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
                f'style="max-width:{width}px" role="img">\n'
                f"<title>{escape(self.title)}</title>\n<style>{STYLE}</style>\n"
                '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
                'markerHeight="8" orient="auto"><path d="M0,0 L8,4 L0,8 z" class="tip"/>'
                "</marker></defs>\n"
                f'<rect width="{width}" height="{height}" rx="8" class="paper"/>\n'
                + "\n".join(self.parts) + "\n</svg>\n")
