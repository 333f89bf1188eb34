"""Being in the folder is being registered."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from typing import Any


def functions(package: str, path: Iterable[str], order: str) -> Mapping[str, Callable[..., Any]]:
    """The function named like its file, from every file that declares ``order``, in that order."""
    names = [file.name for file in pkgutil.iter_modules(path) if not file.ispkg]
    modules = {name: importlib.import_module(f"{package}.{name}") for name in names}
    listed = [name for name in names if hasattr(modules[name], order)]
    listed.sort(key=lambda name: getattr(modules[name], order))
    return {name: getattr(modules[name], name) for name in listed}
