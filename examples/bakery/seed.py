#!/usr/bin/env python3
"""Fills the bakery estate with tenants, through psql.

    seed.py --dsn 'host=/run/postgresql user=postgres dbname={database}' --tenant UUID --size large

{database} stands for the service's name: the twelve data services, "tenant", and "control" for the users. The tables have
to be there; README.md says who makes them.
"""

import argparse
import multiprocessing
import sys
import uuid
from pathlib import Path

from seeding.load import SERVICES, Load, run
from seeding.services import ACCOUNTS, DATA
from seeding.tables import Counts, allocate, fixed_counts
from seeding.tenant import Tenant, make_tenant

SIZES = {"small": 90, "medium": 1_000, "large": 10_000, "very-large": 250_000}
PROCESSES = 2


def main() -> int:
    """Runs the command; returns its exit status."""
    parser = argument_parser()
    arguments = parser.parse_args()
    try:
        total = arguments.rows if arguments.rows is not None else SIZES[arguments.size]
        counts = allocate(DATA, total) | fixed_counts(ACCOUNTS)
        services = chosen_services(arguments.services)
        tenants = chosen_tenants(arguments.tenant, arguments.seed)
        databases = chosen_databases(arguments.database)
    except ValueError as error:
        parser.error(str(error))

    if arguments.list:
        print_counts(services, counts)
        return 0
    if not arguments.dsn or not tenants:
        parser.error("--dsn and --tenant are needed, except with --list")
    if "{database}" not in arguments.dsn and len(services) > 1:
        parser.error("--dsn must contain {database}, which stands for the service's name")
    return load_all([Load(name, arguments.dsn.replace("{database}", databases.get(name, name)), arguments.seed, tenants,
                          counts[name], arguments.artifact_root) for name in services])


def argument_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dsn", help="connection string of a database, with {database} for its name")
    parser.add_argument("--tenant", action="append", default=[], metavar="UUID[=NAME]", help="may be repeated")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--size", choices=SIZES, default="medium",
                      help="rows a tenant: " + ", ".join(f"{name} {rows:,}" for name, rows in SIZES.items()))
    size.add_argument("--rows", type=int, help="rows a tenant over the twelve data services")
    parser.add_argument("--seed", type=int, default=1, help="same seed and tenant, same rows")
    parser.add_argument("--services", metavar="A,B,...", help="only these; their rows stay as in a full run")
    parser.add_argument("--database", action="append", default=[], metavar="SERVICE=NAME",
                        help="what {database} is for a service whose database is named otherwise; may be repeated")
    parser.add_argument("--artifact-root", type=Path, metavar="DIR", help="where to write the models' files")
    parser.add_argument("--list", action="store_true", help="print each table with its rows a tenant, load nothing")
    return parser


def chosen_services(text: str | None) -> list[str]:
    """The services of a comma-separated list, all without one. Raises ValueError for an unknown one."""
    names = list(SERVICES) if text is None else text.split(",")
    for name in names:
        require_service("--services", name)
    return list(dict.fromkeys(names))


def chosen_databases(texts: list[str]) -> dict[str, str]:
    """Service to database name, of SERVICE=NAME texts. Raises ValueError for a malformed one."""
    databases: dict[str, str] = {}
    for text in texts:
        service, _, name = text.partition("=")
        require_service("--database", service)
        if not name:
            raise ValueError(f"--database: no name given for {service}")
        databases[service] = name
    return databases


def require_service(option: str, name: str) -> None:
    """Raises ValueError when there is no such service."""
    if name not in SERVICES:
        raise ValueError(f"{option}: no such service: {name!r} (there are {', '.join(SERVICES)})")


def chosen_tenants(texts: list[str], seed: int) -> list[Tenant]:
    """The tenants of UUID[=NAME] texts. Raises ValueError for a malformed or repeated one."""
    tenants: dict[str, Tenant] = {}
    for text in texts:
        id_text, equals, name = text.partition("=")
        try:
            tenant_id = str(uuid.UUID(id_text))
        except ValueError:
            raise ValueError(f"--tenant: not a UUID: {id_text!r}") from None
        if tenant_id in tenants:
            raise ValueError(f"--tenant: {tenant_id} is given twice")
        if equals and not 0 < len(name) <= 255:
            raise ValueError(f"--tenant: the name of {tenant_id} must have 1 to 255 characters")
        if not _is_utf8(name):
            raise ValueError(f"--tenant: the name of {tenant_id} is not UTF-8")
        tenants[tenant_id] = make_tenant(seed, tenant_id, name or None)
    return list(tenants.values())


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def print_counts(services: list[str], counts: Counts) -> None:
    """Prints each table with its rows a tenant."""
    for service in services:
        for table, rows in counts[service].items():
            print(f"{service}.{table}: {rows}")
        for shared in SERVICES[service].shared:
            print(f"{service}.{shared.name}: {shared.rows} shared by all tenants")
    print(total_line({service: sum(counts[service].values()) for service in services}))


def load_all(loads: list[Load]) -> int:
    """Fills the databases, the biggest first, and prints a line for each; returns the exit status."""
    failures = 0
    loads = sorted(loads, key=Load.rows, reverse=True)
    with multiprocessing.Pool(min(PROCESSES, len(loads))) as pool:
        for load, problem in zip(loads, pool.imap(run, loads)):
            if problem:
                failures += 1
                print(f"seed.py: {problem}", file=sys.stderr, flush=True)
            else:
                shared = f" and {load.shared_rows()} shared" if load.shared_rows() else ""
                print(f"{load.service}: {load.rows()} rows{shared}", flush=True)
    if failures:
        return 1
    print(total_line({load.service: load.rows() for load in loads}))
    return 0


def total_line(rows: dict[str, int]) -> str:
    """The sum of the rows a service, the data services apart from the accounts."""
    accounts = sum(rows.get(service.name, 0) for service in ACCOUNTS)
    return f"total: {sum(rows.values()) - accounts} rows in data services, {accounts} in accounts"


if __name__ == "__main__":
    sys.exit(main())
