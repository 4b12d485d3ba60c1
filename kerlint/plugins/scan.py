"""Whether installed packages add rules: a quick look that most runs end with.

``importlib.metadata`` takes longer to answer than a small project takes to check. Here, each folder
on the module path is listed once, and what is read are the entry points of the packages in it.
"""

from __future__ import annotations

import functools
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kerlint.plugins.load import Plugins

GROUP = "kerlint.rules"
"""The group of entry points by which packages add rules."""
OFF = "KERLINT_NO_PLUGINS"
"""The environment variable that leaves them out."""


_STANDARD = os.path.dirname(os.__file__)  # where Python's own modules are: no packages


@functools.lru_cache(maxsize=1)
def plugins() -> Plugins | None:
    """What installed packages add, or None. Imports these packages when it is first called."""
    if os.environ.get(OFF, "").lower() not in ("", "0", "false", "no", "off"):
        return None
    found = metadata_folders()
    if not found:
        return None
    from kerlint.plugins.load import load

    return load(found, GROUP)


def metadata_folders() -> list[str]:
    """The ``.dist-info`` folders of the packages that have entry points in our group."""
    wanted = GROUP.encode()
    found = []
    seen: set[str] = set()
    # A folder of the user that is on the path only because Python was started in it is not ours.
    for folder in dict.fromkeys(path for path in sys.path if path):
        if folder.startswith(_STANDARD) and "-packages" not in folder:
            continue
        try:
            names = os.listdir(folder)
        except OSError:  # an archive, or not there
            continue
        for name in names:
            if not name.endswith((".dist-info", ".egg-info")):
                continue
            project = name.partition("-")[0].removesuffix(".egg")
            if project in seen:
                continue  # hidden by one that comes earlier on the path
            seen.add(project)
            try:
                with open(os.path.join(folder, name, "entry_points.txt"), "rb", 0) as file:
                    data = file.read()
            except OSError:  # most packages have none
                continue
            if wanted in data:
                found.append(os.path.join(folder, name))
    return found
