"""Draws the columns of one table's rows.

Everything it hands out is COPY text already. A column is an iterator that may be endless: values are drawn once into a
pool of a prime number of them and repeated, so that columns of different primes do not fall into step. That makes a
row cost a `zip` and a `join`, with no Python code run for it.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from itertools import chain, count, cycle, repeat

from .copy_text import NULL, copy_text
from .tenant import Tenant

EPOCH = datetime(2024, 1, 1, tzinfo=timezone.utc)
DAYS = 730
_PRIMES = (1009, 1013, 1019, 1021, 1031, 1033, 1039, 1049, 1051, 1061)


class Draw:
    """The columns of `rows` rows of one table of `tenant`.

    `keys` holds the ids of the tables drawn before it in the same service, for its foreign keys; `files` collects the
    paths of the files its rows name.
    """

    def __init__(self, rng: random.Random, tenant: Tenant | None, rows: int,
                 keys: dict[str, list[str]], files: list[str]):
        self.rng = rng
        self.tenant = tenant
        self.rows = rows
        self.files = files
        self._keys = keys
        self._primes = cycle(_PRIMES)

    # Keys

    def ids(self, table: str | None = None) -> list[str]:
        """A new UUID a row, remembered as the keys of `table` if that is given."""
        digits = self.rng.randbytes(16 * self.rows).hex()
        ids = [f"{digits[i:i + 8]}-{digits[i + 8:i + 12]}-4{digits[i + 13:i + 16]}-a{digits[i + 17:i + 20]}-"
               f"{digits[i + 20:i + 32]}" for i in range(0, 32 * self.rows, 32)]
        return self.remember(table, ids) if table else ids

    def remember(self, table: str, ids: list[str]) -> list[str]:
        """Lets later tables refer to these rows of `table`."""
        self._keys[table] = ids
        return ids

    def tenant_id(self) -> Iterator[str]:
        """The tenant's id in every row."""
        return repeat(self.tenant.id)

    def parents(self, table: str) -> tuple[Iterator[str], Iterator[str]]:
        """For each row a row of `table`, and its number (from 1) among that parent's children. Parents share evenly."""
        keys = self._keys[table]
        each, extra = divmod(self.rows, len(keys))
        sizes = [each + 1] * extra + [each] * (len(keys) - extra)
        return (chain.from_iterable(map(repeat, keys, sizes)),
                chain.from_iterable(map(str, range(1, size + 1)) for size in sizes))

    def some_of(self, table: str, nulls: float = 0.0) -> Iterator[str]:
        """Any row of `table`, or NULL for that part of the rows."""
        return self.one_of(self._keys[table], nulls)

    def sample_of(self, table: str, most: int) -> list[str]:
        """Up to `most` rows of `table`."""
        keys = self._keys[table]
        return self.rng.sample(keys, min(most, len(keys)))

    def earlier(self, ids: Sequence[str], every: int) -> Iterator[str]:
        """A reference within one table: each `every`th row points at the row before it, the others nowhere."""
        return (ids[i - 1] if i and i % every == 0 else NULL for i in range(len(ids)))

    # Values

    def one_of(self, values: Sequence[object], nulls: float = 0.0) -> Iterator[str]:
        """Any of `values`, or NULL for that part of the rows."""
        texts = [copy_text(value) for value in values]
        pool = self.rng.choices(texts, k=self._pool_size())
        if nulls:
            pool = [NULL if self.rng.random() < nulls else text for text in pool]
        return cycle(pool)

    def tuples_of(self, tuples: Sequence[Sequence[object]]) -> tuple[Iterator[str], ...]:
        """Any of `tuples`, as one column a member, so that what belongs together stays together."""
        texts = [tuple(copy_text(value) for value in row) for row in tuples]
        return tuple(cycle(column) for column in zip(*self.rng.choices(texts, k=self._pool_size())))

    def made_by(self, make: Callable[[random.Random], object], nulls: float = 0.0) -> Iterator[str]:
        """What `make` returns for a random source."""
        return self.one_of([make(self.rng) for _ in range(self._pool_size())], nulls)

    def numbers(self, low: float, high: float, digits: int = 2, nulls: float = 0.0) -> Iterator[str]:
        """Numbers from `low` to `high`, rounded to so many digits."""
        return self.made_by(lambda rng: f"{rng.uniform(low, high):.{digits}f}", nulls)

    def numbered(self, prefix: str) -> Iterator[str]:
        """`prefix` and the row's number, for what must be unique within a tenant."""
        return map(f"{prefix}%06d".__mod__, count(1))

    def products(self) -> tuple[Iterator[str], ...]:
        """Three columns: the id, name and price of any product of the tenant's range."""
        return self.tuples_of([(p.id, p.name, p.price) for p in self.tenant.products])

    def users(self, nulls: float = 0.1) -> Iterator[str]:
        """The id of any of the tenant's people, or NULL for that part of the rows."""
        return self.one_of([person.id for person in self.tenant.people], nulls)

    # Times: all follow from EPOCH, none from the clock.

    def moments(self, nulls: float = 0.0) -> Iterator[str]:
        """Instants within DAYS of EPOCH."""
        return self.made_by(_moment, nulls)

    def dates(self, nulls: float = 0.0) -> Iterator[str]:
        """Days within DAYS of EPOCH."""
        return self.made_by(lambda rng: _moment(rng).date(), nulls)

    def spans(self, longest: timedelta, open_ended: float = 0.0) -> tuple[Iterator[str], ...]:
        """Two columns, a beginning and its end, which is NULL for that part of the rows."""
        def span(rng: random.Random) -> tuple[datetime, datetime | None]:
            start = _moment(rng)
            seconds = rng.randrange(1, int(longest.total_seconds()))
            return start, None if rng.random() < open_ended else start + timedelta(seconds=seconds)
        return self.tuples_of([span(self.rng) for _ in range(self._pool_size())])

    def date_spans(self, longest_days: int, open_ended: float = 0.0) -> tuple[Iterator[str], ...]:
        """Two columns, a first and a last day, which is NULL for that part of the rows."""
        def span(rng: random.Random) -> tuple[date, date | None]:
            start = _moment(rng).date()
            return start, None if rng.random() < open_ended else start + timedelta(days=rng.randrange(longest_days))
        return self.tuples_of([span(self.rng) for _ in range(self._pool_size())])

    def _pool_size(self) -> int:
        return min(self.rows, next(self._primes))


def day(number: int) -> str:
    """The day so many days after EPOCH."""
    return str((EPOCH + timedelta(days=number)).date())


def _moment(rng: random.Random) -> datetime:
    return EPOCH + timedelta(seconds=rng.randrange(DAYS * 86_400))
