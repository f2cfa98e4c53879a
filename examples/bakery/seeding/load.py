"""Loads services through psql, a process each."""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .artifacts import write_artifacts
from .script import write_script
from .services import ACCOUNTS, DATA
from .tables import Service
from .tenant import Tenant

SERVICES: dict[str, Service] = {service.name: service for service in (*DATA, *ACCOUNTS)}


class LoadError(Exception):
    """psql could not load a database; the message is what it said."""


@dataclass(frozen=True)
class Load:
    """One database to be filled. Holds the service by name, so that it can be handed to another process."""

    service: str
    dsn: str
    seed: int
    tenants: Sequence[Tenant]
    counts: dict[str, int]
    artifact_root: Path | None

    def rows(self) -> int:
        """Rows of all its tenants."""
        return len(self.tenants) * sum(self.counts.values())

    def shared_rows(self) -> int:
        """Rows that belong to no tenant."""
        return sum(shared.rows for shared in SERVICES[self.service].shared)


def run(load: Load) -> str | None:
    """Fills the database in one transaction, then writes the artifact files. Returns what went wrong, or None."""
    try:
        files = _pipe_to_psql(load)
        if load.artifact_root:
            write_artifacts(load.artifact_root, files)
    except (LoadError, OSError) as error:
        return f"{load.service}: {error}"
    return None


def _pipe_to_psql(load: Load) -> list[str]:
    command = ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={load.dsn}"]
    files: list[str] = []
    with tempfile.TemporaryFile() as messages:
        psql = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=messages,
                                encoding="utf-8", env={**os.environ, "PGCLIENTENCODING": "UTF8"})
        try:
            with psql.stdin as script:
                files = write_script(script, SERVICES[load.service], load.seed, load.tenants, load.counts)
        except BrokenPipeError:
            pass  # psql has stopped; its exit status and messages say why
        except BaseException:
            psql.kill()
            psql.wait()
            raise
        if psql.wait() != 0:
            messages.seek(0)
            raise LoadError(messages.read().decode(errors="replace").strip() or f"psql ended with {psql.returncode}")
    return files
