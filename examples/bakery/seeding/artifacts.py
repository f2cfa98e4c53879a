"""The files that model_artifacts rows name."""

from collections.abc import Iterable
from pathlib import Path


def artifact_content(storage_path: str) -> bytes:
    """What the file at this path holds: tiny, and its own."""
    return f"bakery model artifact {storage_path}\n".encode()


def write_artifacts(root: Path, storage_paths: Iterable[str]) -> None:
    """Writes the file of each path under `root`, and the folders it needs."""
    folders: set[Path] = set()
    for storage_path in storage_paths:
        file = root / storage_path
        if file.parent not in folders:
            file.parent.mkdir(parents=True, exist_ok=True)
            folders.add(file.parent)
        file.write_bytes(artifact_content(storage_path))
