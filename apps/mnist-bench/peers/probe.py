"""Tells the versions of this Python and of the packages that are named; with --import, whether they load."""

import importlib
import json
import platform
import sys
from importlib.metadata import PackageNotFoundError, version

MODULES = {"scikit-learn": "sklearn"}
BUILDS = {"tensorflow": ["tensorflow-cpu", "tensorflow", "tensorflow-intel", "tensorflow-macos"]}


def version_of(package):
    for build in BUILDS.get(package, [package]):
        try:
            return version(build)
        except PackageNotFoundError:
            pass
    return None


names = [name for name in sys.argv[1:] if name != "--import"]
if "--import" in sys.argv:
    for name in names:
        importlib.import_module(MODULES.get(name, name))
packages = {name: version_of(name) for name in names}
print(json.dumps({"python": platform.python_version(), "packages": packages}))
