"""Writes what psql reads to load one service: one transaction, its tables parents first, each as a COPY."""

import random
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TextIO

from .draw import Draw
from .tables import Columns, Service, SharedTable, Table
from .tenant import Tenant

_LINES_A_WRITE = 2_000


def write_script(out: TextIO, service: Service, seed: int, tenants: Sequence[Tenant],
                 counts: dict[str, int]) -> list[str]:
    """Writes the shared rows of `service`, then `counts` rows a table for each tenant.

    Returns the storage paths of the files that the rows name.
    """
    files: list[str] = []
    out.write("begin;\n")
    for shared in service.shared:
        _write_shared(out, service, shared)
    for tenant in tenants:
        rng = random.Random(f"{seed}/{tenant.id}/{service.name}")
        keys: dict[str, list[str]] = {}
        for table in service.tables:
            _write_table(out, table, Draw(rng, tenant, counts[table.name], keys, files))
    out.write("commit;\n")
    return files


def _write_table(out: TextIO, table: Table, draw: Draw) -> None:
    _write_copy(out, table.name, table.name, table.columns(draw), draw.rows)


def _write_shared(out: TextIO, service: Service, shared: SharedTable) -> None:
    """The same rows at every seed, through a temporary table, so that rows already there stay as they are."""
    rng = random.Random(f"shared/{service.name}/{shared.name}")
    columns = shared.columns(Draw(rng, None, shared.rows, {}, []))
    names = ", ".join(columns)
    out.write(f"create temporary table new_rows on commit drop as select {names} from {shared.name} limit 0;\n")
    _write_copy(out, shared.name, "new_rows", columns, shared.rows)
    out.write(f"insert into {shared.name} ({names}) select {names} from new_rows on conflict do nothing;\n"
              "drop table new_rows;\n")


def _write_copy(out: TextIO, table: str, target: str, columns: Columns, rows: int) -> None:
    out.write(f"copy {target} ({', '.join(columns)}) from stdin;\n")
    written = 0
    lines = islice(map("\t".join, zip(*columns.values())), rows)
    for block in _blocks(lines):
        out.write("\n".join(block) + "\n")
        written += len(block)
    out.write("\\.\n")
    if written != rows:
        raise ValueError(f"{table}: a column ends after {written} of {rows} rows")


def _blocks(lines: Iterator[str]) -> Iterator[list[str]]:
    while block := list(islice(lines, _LINES_A_WRITE)):
        yield block
