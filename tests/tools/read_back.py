#!/usr/bin/env python3
"""Reads an answer as its readers do, and prints the texts found in it as JSON: read_back.py html|graphml|dot|mermaid|md FILE

Exit 1, saying what, when the file is not what it should be: markup that is not the command's own, something that would be loaded
or run, a line that is no statement of the language.
"""
import html
import html.parser
import json
import re
import sys
import xml.etree.ElementTree

TAGS = set("""html head meta title style body h1 h2 p section table caption thead tbody tr th td details summary pre ul li span small div
script svg desc defs marker path g rect text line circle wbr""".split())
ATTRIBUTES = set("""lang charset http-equiv content name class scope role id aria-labelledby xmlns width height viewbox rx x y x1 x2 y1 y2
d marker-end refx refy markerwidth markerheight markerunits orient cx cy r""".split())
VOID = {"meta", "wbr"}


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.texts, self.ids, self.policy, self.counts = [], [], set(), "", {}

    def handle_starttag(self, tag, attributes):
        if tag not in TAGS:
            raise ValueError(f"a <{tag}>")
        self.counts[tag] = self.counts.get(tag, 0) + 1
        for name, value in attributes:
            if name not in ATTRIBUTES:
                raise ValueError(f"<{tag} {name}>")
            if name == "id" and value in self.ids:
                raise ValueError(f"id {value} twice")
            if name == "id":
                self.ids.add(value)
            if name == "content" and ("http-equiv", "Content-Security-Policy") in attributes:
                self.policy = value
            if "url(" in (value or "") and not re.fullmatch(r"url\(#(arrow|gap)\d+\)", value):
                raise ValueError(f"loads {value}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            raise ValueError(f"</{tag}> closes what is not open")

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("script", "style") and data.strip():
            self.texts.append(data)

    def handle_comment(self, data):
        raise ValueError(f"a comment: {data}")


def read_html(text):
    page = Page()
    page.feed(text)
    page.close()
    if page.open:
        raise ValueError(f"not closed: {page.open}")
    if page.counts.get("script") != 1 or page.counts.get("style") != 1:
        raise ValueError(f"scripts and styles: {page.counts}")
    if not page.policy.startswith("default-src 'none'; style-src 'sha256-"):
        raise ValueError(f"policy: {page.policy}")
    return page.texts


def read_graphml(text):
    space = "{http://graphml.graphdrawing.org/xmlns}"
    root = xml.etree.ElementTree.fromstring(text)
    ids = {node.get("id") for node in root.iter(space + "node")}
    for edge in root.iter(space + "edge"):
        if edge.get("source") not in ids or edge.get("target") not in ids:
            raise ValueError(f"an edge without end: {edge.attrib}")
    return [data.text for data in root.iter(space + "data")]


DOT_STRING = r'"((?:[^"\\\n]|\\.)*)"'
DOT_LINE = re.compile(
    r'digraph amont \{|\}|  (?:rankdir=RL|labelloc=t);|  (?:node|edge) \[[a-z0-9="\-, ]*\];'
    rf'|  (?:label={DOT_STRING}|n\d+(?: -> n\d+)? \[label={DOT_STRING}(?:, \w+=(?:\w+|"#[0-9a-f]{{6}}"))*\]);')


def read_dot(text):
    texts = []
    for line in text.splitlines():
        match = DOT_LINE.fullmatch(line)
        if not match:
            raise ValueError(f"no statement: {line}")
        label = match.group(1) or match.group(2)
        if label:
            parts = [""]
            for token in re.findall(r"\\.|[^\\]", label):
                if token == "\\n":
                    parts.append("")
                else:
                    parts[-1] += token[-1]
            texts += map(html.unescape, parts)
    return texts


MERMAID_TEXT = r'"([\w .,:/\-#;<>]*)"'
MERMAID_LINE = re.compile(
    r'flowchart RL|  accDescr: ([\w .,:/\-#;]*)|  end|  (?:class|classDef|linkStyle) [\w ,#:-]+'
    rf'|  (?:subgraph g\d+)\[{MERMAID_TEXT}\]|  \w+\[\[?{MERMAID_TEXT}\]\]?|  \w+ (?:-->|==>|-\.->)(?:\|{MERMAID_TEXT}\|)? \w+')


def read_mermaid(text):
    texts = []
    for line in text.splitlines():
        match = MERMAID_LINE.fullmatch(line)
        if not match:
            raise ValueError(f"no statement: {line}")
        for group in filter(None, match.groups()):
            if re.search(r"[<>]", group.replace("<br/>", "")):
                raise ValueError(f"markup: {line}")
            texts += [re.sub(r"#(\d+);", lambda m: chr(int(m.group(1))), part) for part in group.split("<br/>")]
    return texts


def read_md(text):
    texts, width, chart = [], 0, None
    for line in text.splitlines():
        if line.startswith("```"):
            if chart is not None:
                texts += read_mermaid("\n".join(chart))
            chart = [] if chart is None else None
            continue
        if chart is not None:
            chart.append(line)
            continue
        if re.search(r"[<>`\[\]$*~]|://|www\.|@", line):
            raise ValueError(f"markup: {line}")
        if not line.startswith("|"):
            width = 0
            texts.append(html.unescape(line))
            continue
        cells = line.strip("|").split("|")
        if width not in (0, len(cells)):
            raise ValueError(f"{len(cells)} cells: {line}")
        width = len(cells)
        texts += [html.unescape(cell.strip()) for cell in cells]
    if chart is not None:
        raise ValueError("a fence is not closed")
    return texts


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    with open(sys.argv[2], encoding="utf-8", newline="") as file:
        text = file.read()
    reader = {"html": read_html, "graphml": read_graphml, "dot": read_dot, "mermaid": read_mermaid, "md": read_md}[sys.argv[1]]
    try:
        texts = reader(text)
    except (ValueError, xml.etree.ElementTree.ParseError) as error:
        print(f"{sys.argv[2]}: {error}", file=sys.stderr)
        return 1
    json.dump([one for one in texts if one], sys.stdout, ensure_ascii=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
