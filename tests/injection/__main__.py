"""Fault injection: put one known fault into a correct Keras program, and see what kerlint finds.

    python -m tests.injection KERLINT TREE OUT [--per-operator N] [--seed S]
        [--only NAME,...] [--list] [--at-least P]

The programs are all ``.py`` and ``.ipynb`` files below TREE. An operator finds the places where its
change is a fault, with conditions that are meant to be too strict rather than too loose, and edits
the text there. Notebooks are edited cell by cell. kerlint then reads the mutant and the original. A
mutant counts as found when kerlint reports one of the operator's codes on an edited place or within
three lines of it. Candidates whose original has such a finding are left out.

OUT receives the mutants, the originals, ``results.csv`` with one row for each mutant,
``missed.csv`` with those that were not found, and the table that is printed (``summary.json`` and
``summary.txt``).

The result is the same for the same inputs and seed. Nothing of the programs is run.
"""

from __future__ import annotations

import argparse
import ast
import csv
import importlib
import io
import json
import pkgutil
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.injection.documents import Doc, Place, apply, load, original_bytes, parses, python_of
from tests.injection.operators import MIGRATION, OPERATORS, Candidate, Operator
from tests.injection.programs import Model, Program

NEAR = 3  # lines
BATCH = 250  # files for one kerlint process


@dataclass
class Mutant:
    operator: Operator
    doc: Doc
    candidate: Candidate
    before: list[Place]
    after: list[Place]
    diff: list[str]
    data: bytes
    path: Path | None = None
    verdict: str = ""
    found: list[str] = field(default_factory=list)
    also: list[str] = field(default_factory=list)  # other codes that the original has not

    @property
    def model(self) -> Model | None:
        return self.candidate.model


def documents(root: Path) -> list[Doc]:
    files = sorted(p for p in root.rglob("*") if p.suffix in (".py", ".ipynb") and p.is_file())
    made = (load(root, ".", str(p.relative_to(root))) for p in files)
    return [doc for doc in made if doc is not None]


def load_operators() -> list[Operator]:
    """The operators of all modules of this package."""
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name != "__main__":
            importlib.import_module(f"tests.injection.{module.name}")
    return OPERATORS


def choose(
    operator: Operator, programs: list[Program], number: int, seed: int
) -> tuple[int, list[Mutant]]:
    """How many places there are, and which of them are tried: many programs before many of one."""
    families: dict[str, list[tuple[Program, Candidate]]] = defaultdict(list)
    total = 0
    for program in programs:
        texts = set()
        if program.keras_2 and operator.codes & MIGRATION:
            continue
        for candidate in operator.find(program):
            if not candidate.edits:
                continue
            key = tuple(
                (program.doc.lines[e.start[0] - 1].strip(), e.text) for e in candidate.edits
            )
            if key in texts:
                continue
            texts.add(key)
            total += 1
            families[program.doc.family].append((program, candidate))
    rng = random.Random(f"{seed}/{operator.name}")
    order = sorted(families)
    rng.shuffle(order)
    for name in order:
        rng.shuffle(families[name])
    chosen: list[Mutant] = []
    turn = 0
    # Some will turn out to have such a finding already.
    while len(chosen) < 2 * number and any(len(families[name]) > turn for name in order):
        for name in order:
            if len(families[name]) <= turn:
                continue
            program, candidate = families[name][turn]
            try:
                data, before, after, diff = apply(program.doc, candidate.edits)
            except ValueError:
                continue
            if not candidate.broken and not _still_parses(program.doc, data):
                print(f"{operator.name}: {program.doc.rel} does not parse", file=sys.stderr)
                continue
            chosen.append(Mutant(operator, program.doc, candidate, before, after, diff, data))
        turn += 1
    return total, chosen[: 2 * number]


def _still_parses(doc: Doc, data: bytes) -> bool:
    if doc.notebook is None:
        return parses(data.decode().split("\n"))
    cells = json.loads(data)["cells"]
    for cell in doc.cells:
        source = cells[cell.number - 1].get("source", "")
        source = "".join(source) if isinstance(source, list) else source
        before = "\n".join(doc.lines[cell.first : cell.first + cell.count])
        if source != before and python_of(source.split("\n")) is None:
            return False
    return True


def write(base: Path, doc: Doc, data: bytes) -> Path:
    """A program at its place in its project, with the modules beside it that it may import."""
    target = base / doc.rel if _imports_neighbours(doc) else base / Path(doc.rel).name
    target.parent.mkdir(parents=True, exist_ok=True)
    if _imports_neighbours(doc):
        root = doc.path.parents[len(Path(doc.rel).parts) - 1]
        here = doc.path.parent
        skip = doc.path
        while True:
            for entry in here.iterdir():
                link = base / entry.relative_to(root)
                if entry != skip and (entry.is_dir() or entry.suffix == ".py"):
                    if not link.exists() and not link.is_symlink():
                        link.symlink_to(entry)
            if here == root:
                break
            skip, here = here, here.parent
    target.write_bytes(data)
    return target


def _imports_neighbours(doc: Doc) -> bool:
    root = doc.path.parents[len(Path(doc.rel).parts) - 1]
    folders = [doc.path.parent]
    while folders[-1] != root:
        folders.append(folders[-1].parent)
    for node in ast.walk(doc.tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                return True
            names = [node.module or ""]
        for name in names:
            top = name.partition(".")[0]
            if top in ("", "keras", "tensorflow") or top in sys.stdlib_module_names:
                continue
            if any((f / f"{top}.py").exists() or (f / top).is_dir() for f in folders):
                return True
    return False


def lint(kerlint: str, paths: list[Path]) -> dict[str, list[dict]]:
    """Findings by path."""
    found: dict[str, list[dict]] = defaultdict(list)
    for start in range(0, len(paths), BATCH):
        batch = paths[start : start + BATCH]
        with tempfile.NamedTemporaryFile(suffix=".json") as out:
            command = [
                kerlint, "--isolated", "--no-cache", "--exit-zero", "--quiet",
                "--no-respect-gitignore", "--output-format", "json", "-o", out.name,
                "-j", "2", *map(str, batch),
            ]  # fmt: skip
            run = subprocess.run(command, capture_output=True, text=True)
            if run.returncode != 0 or "Traceback" in run.stderr:
                sys.exit(f"kerlint failed: {run.stderr[-2000:]}")
            text = Path(out.name).read_text()
        for finding in json.loads(text or "[]"):
            found[finding["filename"]].append(finding)
    return found


def spans(finding: dict, path: str) -> Iterator[Place]:
    for part in (finding, *finding.get("related", ())):
        if part["filename"] == path:
            yield Place(part["cell"], part["location"]["row"], part["end_location"]["row"])


def is_near(finding: dict, path: str, places: list[Place]) -> bool:
    return any(
        span.cell == place.cell
        and span.first <= place.last + NEAR
        and span.last >= place.first - NEAR
        for span in spans(finding, path)
        for place in places
    )


def judge(mutant: Mutant, findings: list[dict], original: list[dict], original_path: str) -> None:
    """found: expected and near; far: expected, new, elsewhere; other: another new code near."""
    path = str(mutant.path)
    codes = mutant.operator.codes
    before = Counter((f["code"], f["message"]) for f in original)
    new = []
    for finding in findings:
        key = (finding["code"], finding["message"])
        if before[key] > 0:
            before[key] -= 1
        else:
            new.append(finding)
    mutant.also = sorted({f["code"] for f in new if f["code"] not in codes})
    near = [f for f in findings if f["code"] in codes and is_near(f, path, mutant.after)]
    if near:
        mutant.verdict = "found"
        mutant.found = sorted({f["code"] for f in near})
        return
    far = [f for f in new if f["code"] in codes]
    other = [f for f in new if is_near(f, path, mutant.after)]
    if far:
        mutant.verdict = "far"
        mutant.found = [f"{f['code']}@{f['cell'] or ''}:{f['location']['row']}" for f in far]
    elif other:
        mutant.verdict = "other"
        mutant.found = sorted({f["code"] for f in other})
    else:
        mutant.verdict = "missed"
        mutant.found = sorted({f["code"] for f in new})


def present_rules(kerlint: str) -> set[str]:
    out = subprocess.run([kerlint, "rules"], capture_output=True, text=True, check=True).stdout
    on = set()
    for line in filter(None, out.splitlines()):
        words = line.split()
        if re.fullmatch(r"KER\d{3}", words[0]) and words[2] == "on":
            on.add(words[0])
    return on


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("kerlint")
    parser.add_argument("tree", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--per-operator", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="operators, by name, with commas between")
    parser.add_argument("--list", action="store_true", help="only count the places")
    parser.add_argument("--at-least", type=float, help="fail below this percentage found")
    args = parser.parse_args()
    sys.setrecursionlimit(10_000)

    only = {name for name in args.only.split(",") if name}
    operators = [o for o in load_operators() if not only or o.name in only]
    docs = documents(args.tree)
    programs = []
    for doc in docs:
        try:
            programs.append(Program(doc))
        except RecursionError:
            print(f"{doc.rel}: too deep", file=sys.stderr)
    print(f"{len(programs)} programs", file=sys.stderr)
    present = present_rules(args.kerlint)
    applicable: dict[str, int] = {}
    chosen: dict[str, list[Mutant]] = {}
    for op in operators:
        number = 0 if args.list else args.per_operator
        applicable[op.name], chosen[op.name] = choose(op, programs, number, args.seed)
    if args.list:
        for op in operators:
            on = "present" if op.codes & present else "-"
            print(f"{op.name:36} {applicable[op.name]:5} {on:8} {' '.join(sorted(op.codes))}")
        return

    out = args.out.resolve()
    (out / "original").mkdir(parents=True, exist_ok=True)
    wanted: dict[str, Doc] = {}
    for mutants in chosen.values():
        for mutant in mutants:
            wanted[f"{mutant.doc.repo}/{mutant.doc.rel}"] = mutant.doc
    originals: dict[str, Path] = {}
    for number, (key, doc) in enumerate(sorted(wanted.items())):
        originals[key] = write(out / "original" / f"{number:03}", doc, original_bytes(doc))
    clean = lint(args.kerlint, list(originals.values()))
    print(f"{len(originals)} originals read", file=sys.stderr)

    kept: list[Mutant] = []
    dropped: Counter[str] = Counter()
    for op in operators:
        number = 0
        for mutant in chosen[op.name]:
            if number >= args.per_operator:
                break
            path = str(originals[f"{mutant.doc.repo}/{mutant.doc.rel}"])
            if any(f["code"] in op.codes and is_near(f, path, mutant.before) for f in clean[path]):
                dropped[op.name] += 1
                continue
            number += 1
            mutant.path = write(out / "mutants" / op.name / f"{number:03}", mutant.doc, mutant.data)
            kept.append(mutant)
    read = lint(args.kerlint, [m.path for m in kept])
    for mutant in kept:
        path = str(originals[f"{mutant.doc.repo}/{mutant.doc.rel}"])
        judge(mutant, read[str(mutant.path)], clean[path], path)

    report(out, operators, applicable, kept, dropped, present)
    # Where the labels stand in another file, silence is right as often as not.
    counted = [m for m in kept if not m.operator.name.endswith("labels-elsewhere")]
    found = sum(m.verdict in ("found", "far") for m in counted)
    share = 100 * found / max(len(counted), 1)
    print(f"{found} of {len(counted)} found ({share:.1f} %)")
    if args.at_least is not None and share < args.at_least:
        sys.exit(1)


def report(
    out: Path,
    operators: list[Operator],
    applicable: dict[str, int],
    kept: list[Mutant],
    dropped: Counter[str],
    present: set[str],
) -> None:
    fields = ["operator", "codes", "present", "verdict", "found", "also", "repo", "path", "cell",
              "row", "model", "where", "note", "mutant", "edit"]  # fmt: skip
    rows = []
    for mutant in kept:
        model = mutant.model
        place = mutant.after[0]
        rows.append({
            "operator": mutant.operator.name,
            "codes": " ".join(sorted(mutant.operator.codes)),
            "present": int(bool(mutant.operator.codes & present)),
            "verdict": mutant.verdict,
            "found": " ".join(mutant.found),
            "also": " ".join(mutant.also),
            "repo": mutant.doc.repo,
            "path": mutant.doc.rel,
            "cell": place.cell or "",
            "row": place.first,
            "model": model.kind if model else "",
            "where": model.where if model else "",
            "note": mutant.candidate.note,
            "mutant": str(mutant.path.relative_to(out)),
            "edit": "\n".join(mutant.diff),
        })  # fmt: skip
    for name, some in (("results", rows), ("missed", [r for r in rows if r["verdict"] != "found"])):
        with open(out / f"{name}.csv", "w", newline="") as file:
            writer = csv.DictWriter(file, fields)
            writer.writeheader()
            writer.writerows(some)
    table = []
    for op in operators:
        verdicts = Counter(m.verdict for m in kept if m.operator is op)
        table.append({
            "operator": op.name,
            "codes": sorted(op.codes),
            "present": bool(op.codes & present),
            "applicable": applicable[op.name],
            "had_it_already": dropped[op.name],
            "injected": sum(verdicts.values()),
            **{word: verdicts[word] for word in ("found", "far", "other", "missed")},
            "what": op.doc,
        })  # fmt: skip
    (out / "summary.json").write_text(json.dumps(table, indent=1) + "\n")
    text = io.StringIO()
    for on in (True, False):
        rows_here = [r for r in table if r["present"] is on]
        print(f"\n{'rules that are there' if on else 'rules that are not there yet'}", file=text)
        head = f"{'operator':36} {'places':>6} {'inject':>6} {'found':>5} {'far':>4} "
        print(head + f"{'other':>5} {'missed':>6}  codes", file=text)
        for r in rows_here:
            print(
                f"{r['operator']:36} {r['applicable']:6} {r['injected']:6} {r['found']:5} "
                f"{r['far']:4} {r['other']:5} {r['missed']:6}  {' '.join(r['codes'])}",
                file=text,
            )
        total = {
            w: sum(r[w] for r in rows_here) for w in ("injected", "found", "far", "other", "missed")
        }
        print(
            f"{'all':36} {'':6} {total['injected']:6} {total['found']:5} {total['far']:4} "
            f"{total['other']:5} {total['missed']:6}",
            file=text,
        )
    (out / "summary.txt").write_text(text.getvalue().lstrip("\n"))
    print(text.getvalue().lstrip("\n"), end="")


if __name__ == "__main__":
    main()
