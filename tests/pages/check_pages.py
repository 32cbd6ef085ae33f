#!/usr/bin/env python3
"""Opens pages that Amont writes in a headless Chromium, as people do, and looks at what happens.

check_pages.py ROOT AMONT OUTPUT: makes the small hub of ROOT/examples/hub, and pages of answers and scripts in OUTPUT, with a picture of
each beside it, wide and light, narrow and dark. Each page must load without a word on the console, ask for nothing but
itself, fit its window, and be usable by keyboard alone: Tab reaches the heads of tables, Enter sorts by them and opens what is folded.
Ends with 1 and tells what is wrong.
"""

import os
import subprocess
import sys
import tempfile

from playwright.sync_api import sync_playwright

PAPER = "publication:10.5555/amont.2023.017"
HOSTILE = 'output:<img src=x onerror=alert(1)>"\'</script><script>alert(2)</script>'
ASKED = {
    "upstream": ["upstream", PAPER],
    "downstream": ["downstream", "dataset:snds/IR_BEN_R"],
    "path": ["path", PAPER, "dataset:snds/IR_IMB_R"],
    "coverage": ["coverage", PAPER],
    "why": ["why", PAPER, "dataset:snds/IR_IMB_R"],
    "impact-of": ["run", "impact-of", "dataset:snds/dcir"],
    "gaps": ["run", "gaps"],
    "delays": ["run", "delays"],
    "hostile": ["upstream", HOSTILE],
    "blocks": ["run", "blocks.lua"],
}
BLOCKS = """return report { title = "All blocks",
  timeline { nodes("approval"), title = "Approvals" },
  chart { group(nodes("run"), function(run) return run.started_at and run.started_at.year or "?" end), label = "key",
    value = function(one) return #one.items end, title = "Runs a year" },
  tree { "%s", depth = 4, title = "What lies behind" },
  graph { upstream("%s"), edges("%s"), fold = "project", title = "By project" } }
""" % (PAPER, PAPER, PAPER)
WINDOWS = {"wide-light": (1280, "light"), "narrow-dark": (420, "dark")}


def make_pages(root, amont, output):
    with tempfile.TemporaryDirectory() as work:
        environment = {**os.environ, "AMONT_STORE": os.path.join(work, "hub"), "NO_COLOR": "1"}

        def run(words):
            done = subprocess.run([amont, *words], cwd=work, env=environment, stdout=subprocess.PIPE)
            if done.returncode not in (0, 1):  # 1: the answer is no
                sys.exit(f"amont {' '.join(words)}: exit code {done.returncode}")
            return done.stdout

        run(["init"])
        run(["import", os.path.join(root, "examples/hub"), "--format", "jsonl", "--quiet"])
        run(["put", HOSTILE, "title=" + HOSTILE])
        run(["link", "derived_from", HOSTILE, "dataset:snds/IR_BEN_R"])
        with open(os.path.join(work, "blocks.lua"), "w", encoding="utf-8") as script:
            script.write(BLOCKS)
        for name, words in ASKED.items():
            with open(os.path.join(output, name + ".html"), "wb") as page:
                page.write(run([*words, "--format", "html"]))


def keyboard_faults(page):
    """Sorts by each kind of head that Tab comes to first, and opens what is folded."""
    focused = "document.activeElement"
    sorted_once = opened = False
    for _ in range(60):
        page.keyboard.press("Tab")
        tag = page.evaluate(f"{focused}.tagName")
        if tag == "BODY":
            break
        if page.evaluate(f"getComputedStyle({focused}).outlineStyle") == "none":
            yield f"nothing shows that {tag} has the focus"
        if tag == "BUTTON" and not sorted_once:
            page.keyboard.press("Enter")
            up = page.evaluate(f"{focused}.parentElement.getAttribute('aria-sort')")
            page.keyboard.press("Enter")
            down = page.evaluate(f"{focused}.parentElement.getAttribute('aria-sort')")
            sorted_once = (up, down) == ("ascending", "descending")
        if tag == "SUMMARY" and not opened:
            page.keyboard.press("Enter")
            opened = page.evaluate(f"{focused}.parentElement.open")
    if page.evaluate("!!document.querySelector('table.sorts')") and not sorted_once:
        yield "no head of a table sorts by keyboard"
    if page.evaluate("!!document.querySelector('details')") and not opened:
        yield "what is folded does not open by keyboard"


def faults(browser, path, window, picture):
    width, scheme = WINDOWS[window]
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: (said.append("a dialog: " + dialog.message), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    url = "file://" + os.path.abspath(path)
    page.goto(url)
    page.screenshot(path=picture, full_page=True)
    yield from said
    yield from (f"asks for {one}" for one in asked if one != url)
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if over > 0:
        yield f"is {over} pixels wider than its window"
    yield from keyboard_faults(page)
    context.close()


def main():
    root, amont, output = (os.path.abspath(one) for one in sys.argv[1:4])
    os.makedirs(output, exist_ok=True)
    make_pages(root, amont, output)
    wrong = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name in ASKED:
            for window in WINDOWS:
                path = os.path.join(output, name)
                for fault in faults(browser, path + ".html", window, f"{path}-{window}.png"):
                    print(f"{name}, {window}: {fault}")
                    wrong += 1
        browser.close()
    print(f"{len(ASKED)} pages in {len(WINDOWS)} windows, {wrong} faults; pictures in {os.path.relpath(output)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
