"""What a service holds, as data: its tables in parent-to-child order, and how many rows of a total each gets."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .draw import Draw

Columns = Mapping[str, Iterable[str]]
"""Column name to its values as COPY text, in column order; values past the row count are left unread."""


@dataclass(frozen=True)
class Table:
    """`share` is the table's part of its service's rows, against its siblings'; it gets `least` rows at any size."""

    name: str
    share: float
    columns: Callable[[Draw], Columns]
    least: int = 1


@dataclass(frozen=True)
class SharedTable:
    """Rows that belong to no tenant: loaded once, left alone where they exist."""

    name: str
    rows: int
    columns: Callable[[Draw], Columns]


@dataclass(frozen=True)
class Service:
    """`typical_rows` is its part of a tenant, against the other services'; with 0 each table holds just its least."""

    name: str
    typical_rows: int
    tables: Sequence[Table]
    shared: Sequence[SharedTable] = ()


Counts = dict[str, dict[str, int]]
"""Service to table to rows."""


def allocate(services: Sequence[Service], total: int) -> Counts:
    """Divides `total` rows over the tables of `services`: exactly, every table its least, the rest by share.

    Raises ValueError when `total` is below the sum of what each table must have.
    """
    counts = {service.name: {table.name: table.least for table in service.tables} for service in services}
    rest = total - sum(sum(tables.values()) for tables in counts.values())
    if rest < 0:
        raise ValueError(f"--rows {total}: at least {total - rest} are needed, for a row in every table")

    weights = [(service.name, table.name, service.typical_rows * table.share / sum(t.share for t in service.tables))
               for service in services for table in service.tables]
    whole = sum(weight for _, _, weight in weights)
    parts = [(rest * weight / whole, service, table) for service, table, weight in weights]
    for part, service, table in parts:
        counts[service][table] += int(part)

    left = rest - sum(int(part) for part, _, _ in parts)
    largest_fractions = sorted(parts, key=lambda p: (int(p[0]) - p[0], p[1], p[2]))
    for _, service, table in largest_fractions[:left]:
        counts[service][table] += 1
    return counts


def fixed_counts(services: Sequence[Service]) -> Counts:
    """The counts of services whose size does not grow with the tenant's."""
    return {service.name: {table.name: table.least for table in service.tables} for service in services}
