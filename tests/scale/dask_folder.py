"""Check folders on all workers of a Dask cluster, and write one report for all of them.

Run `python dask_folder.py FOLDER...`, or with `--scheduler tcp://host:8786` for a cluster that is
there already. It writes report.json and report.sarif.
"""

from __future__ import annotations

import argparse

from dask.distributed import Client

import kerlint


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--scheduler", help="without one, workers are started on this machine")
    given = parser.parse_args()
    with Client(given.scheduler) as client:
        findings = kerlint.lint_paths(given.folders, executor=client.get_executor())
    kerlint.write_reports(findings, "json:report.json,sarif:report.sarif")
    print(f"Findings: {len(findings):,}")


if __name__ == "__main__":  # the workers import this file, too
    main()
