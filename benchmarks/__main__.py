"""Run every benchmark and print what came; `--quick` only shows that they run."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import importing
from tools import chromium

ROOT = Path(__file__).resolve().parent.parent
WITHOUT_PYARROW = ROOT / ".venvs" / "pandas-3.1-pyarrow-no" / "bin" / "python"
PAGE_ROWS = 500


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    flatten_pages: int = 200
    flatten_runs: int = 7
    memory_pages: int = 2_000
    memory_runs: int = 3
    import_runs: int = 15
    walk_runs: int = 5
    demo_runs: int = 5
    demo_pages: int = 500
    analysed: str = "large"
    listed: int = 5_000
    keystrokes: int = 30
    judged: bool = True


QUICK = Size(8, 1, 20, 1, 1, 1, 1, 20, "default", 500, 6, judged=False)


def main() -> int:
    """Return 1 if a claim does not hold; a quick run judges none."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="seconds, not minutes; judges nothing")
    quick = parser.parse_args().quick
    size = QUICK if quick else Size()
    print(f"{os.cpu_count()} CPUs, {platform.machine()}, {platform.system()}; medians (min–max)")
    held = [
        flatten(sys.executable, size),
        *([flatten(str(WITHOUT_PYARROW), size)] if WITHOUT_PYARROW.exists() else []),
        memory(size),
        importing_ccframes(size),
        walk(size),
        embedded(size),
        analysis(size),
        picker(size),
    ]
    return 0 if all(held) else 1


def flatten(python: str, size: Size) -> bool:
    """Report the seconds from pages to the final frame, in one environment."""
    found = run("flatten", size.flatten_pages, size.flatten_runs, python=python)
    versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    heading(
        f"Flatten {size.flatten_pages} pages × {PAGE_ROWS} clicks ({found['megabytes']:.0f} MB) "
        f"to equal typed frames\n{versions}"
    )
    ours, *others = ((name, *zip(*pairs, strict=True)) for name, pairs in found["seconds"].items())
    _, our_wall, our_process = ours
    line("ours", spread(our_wall, "s"), f"CPU {spread(our_process, 's')}")
    for name, wall, process in others:
        line(name, spread(wall, "s"), f"CPU {spread(process, 's')}")
        line("", f"{ratio(wall, our_wall)} as long", f"CPU {ratio(process, our_process)}")
    _, _, once = others[0]
    if found["versions"]["pyarrow"] == "none":
        return True  # nothing is claimed there
    return verdict(size, "at least 3 × (CPU, once)", median(once) / median(our_process) >= 3)


def memory(size: Size) -> bool:
    """Report the peak of memory of a long load, and what follows its last page."""
    ways: dict[str, list[dict[str, float]]] = {"ours": [], "json_normalize": []}
    for _ in range(size.memory_runs):
        for way, runs in ways.items():
            runs.append(run("memory", way, size.memory_pages))
    rows = size.memory_pages * PAGE_ROWS
    heading(f"{rows:,} clicks arriving page by page, in a fresh process")
    for way, runs in ways.items():
        peak, seconds, after = (
            [one[key] for one in runs]
            for key in ("megabytes", "seconds", "seconds_after_last_page")
        )
        line(way, f"peak {spread(peak, 'MB', 0)}", f"work {spread(seconds, 's', 1)}")
        share = median(after) / median(seconds)
        line("", f"last page to frame {spread(after, 's')}", f"{share:.1%} of the work")
    ours, theirs = (median(one["megabytes"] for one in runs) for runs in ways.values())
    line("the frame itself", f"{ways['ours'][0]['frame_megabytes']:.0f} MB")
    line("share of memory", f"{ours / theirs:.1%}")
    return verdict(size, "at most a quarter", ours / theirs <= 0.25)


def importing_ccframes(size: Size) -> bool:
    """Report what our import adds."""
    before, with_ours = importing.measure(size.import_runs).values()
    heading("Import, in fresh interpreters")
    line(importing.NEEDED_ANYWAY, spread(before, "s", 3))
    line(importing.OURS, spread(with_ours, "s", 3))
    added = median(with_ours) - median(before)
    line("added", f"{added:.3f} s")
    return verdict(size, "at most 0.10 s", added <= 0.10)


def walk(size: Size) -> bool:
    """Report what walking concurrently saves."""
    found = run("walk", size.walk_runs)
    heading("Opens of 40 activities over HTTP, 50 ms latency, no pace to keep")
    for name, seconds in found.items():
        line(name, spread(seconds, "s"))
    (_, ours), (_, alone) = found.items()
    line("", f"{ratio(alone, ours)} as long one after the other")
    return True


def embedded(size: Size) -> bool:
    """Report how soon the default account shows a frame, and what pages of the large one cost."""
    firsts = [run("demo", "first") for _ in range(size.demo_runs)]
    large = run("demo", "large", size.demo_pages)
    heading("The embedded accounts, in fresh processes")
    for name in ("import", "account", "frame"):
        line(f"default: {name}", spread([one[name] for one in firsts], "s"))
    begun = [sum(one.values()) for one in firsts]
    line("default: all of these", spread(begun, "s"))
    pages = [seconds * 1_000 for seconds in large["seconds"]]
    line(f"large: {len(pages)} pages", spread(pages, "ms", 1))
    line("large: peak of memory", f"{large['megabytes']:.0f} MB")
    soon = verdict(size, "a frame in under 2 s", median(begun) < 2)
    quick = verdict(size, "pages in under 50 ms (median)", median(pages) < 50)
    small = verdict(size, "within 500 MB", large["megabytes"] < 500)
    return soon and quick and small


def analysis(size: Size) -> bool:
    """Report what all of the analysis takes on one account."""
    found = run("analysis", size.analysed)
    heading(
        f"Analysis of {found['events']:,} events of {found['campaigns']:,} campaigns, "
        "one after the other in a fresh process"
    )
    for name, seconds in found["seconds"].items():
        line(name, f"{seconds:.2f} s")
    total = sum(found["seconds"].values())
    line("all of these", f"{total:.1f} s")
    line("peak of memory", f"{found['megabytes']:.0f} MB")
    line("", f"{found['megabytes_before']:.0f} MB before the first")
    soon = verdict(size, "within 60 s", total <= 60)
    small = verdict(size, "within 4 GB", found["megabytes"] <= 4_000)
    return soon and small


def picker(size: Size) -> bool:
    """Report how soon a list follows a keystroke, in the browser."""
    heading(f"A keystroke in the search of a picker of {size.listed:,} campaigns, in Chromium")
    if why := chromium.missing():
        line("not measured", why)
        return True
    found = run("picker", size.listed, size.keystrokes)
    for place, one in found.items():
        line(f"{place}: until it changed", spread(one["changed_ms"], "ms", 0))
        line(f"{place}: until it is drawn", spread(one["painted_ms"], "ms", 0))
        line("", f"{one['messages']:.1f} messages", f"{one['bytes_to_kernel'] / 1e3:.1f} kB sent")
        line("", f"{one['bytes_to_page'] / 1e3:.1f} kB received")
        line("", f"kernel: {one['kernel_kilobytes'] / 1e3:.0f} MB more for the picker")
        line("", f"page: {one['page_megabytes']:.0f} MB of JavaScript heap")
    slowest = max(median(one["painted_ms"]) for one in found.values())
    return verdict(size, "within 150 ms (median)", slowest <= 150)


def run(subject: str, *args: object, python: str = sys.executable) -> Any:
    """Run a subject in an interpreter of its own and return what it measured."""
    command = [python, "-m", f"benchmarks.{subject}", *map(str, args)]
    return json.loads(
        subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    )


def heading(text: str) -> None:
    """Print what is measured."""
    print(f"\n{text}", flush=True)


def line(name: str, *facts: str) -> None:
    """Print one measurement."""
    print(f"  {name:<30}" + "".join(f"{fact:<34}" for fact in facts).rstrip(), flush=True)


def verdict(size: Size, claim: str, holds: bool) -> bool:
    """Print whether a claim holds, and return it; a quick run judges nothing."""
    if not size.judged:
        return True
    line("claim", f"{claim}: {'holds' if holds else 'DOES NOT HOLD in this run'}")
    return holds


def spread(values: Sequence[float], unit: str, digits: int = 2) -> str:
    """Return the median with the least and the greatest."""
    low, middle, high = min(values), median(values), max(values)
    return f"{middle:.{digits}f} {unit} ({low:.{digits}f}–{high:.{digits}f})"


def ratio(theirs: Sequence[float], ours: Sequence[float]) -> str:
    """Return the ratio of medians, with the least and the greatest of the pairs."""
    pairs = [their / our for their, our in zip(theirs, ours, strict=True)]
    return f"{median(theirs) / median(ours):.1f} × ({min(pairs):.1f}–{max(pairs):.1f})"


if __name__ == "__main__":
    sys.exit(main())
