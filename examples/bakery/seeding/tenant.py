"""A tenant to be seeded, with the people and the product range that all of its services agree on."""

import hashlib
import random
import re
import unicodedata
import uuid
from dataclasses import dataclass

from . import words

ROLES = ("owner", "admin", "manager", "member", "readonly")
RANGE_SIZE = 40


@dataclass(frozen=True)
class Person:
    """A user and a member of the tenant."""

    id: str
    full_name: str
    email: str
    role: str


@dataclass(frozen=True)
class Product:
    """Something the bakery sells."""

    id: str
    name: str
    price: str


@dataclass(frozen=True)
class Tenant:
    """The owner comes first among `people`. `slug` is unique, whatever names tenants share."""

    id: str
    name: str
    slug: str
    people: tuple[Person, ...]
    products: tuple[Product, ...]


def make_tenant(seed: int, tenant_id: str, name: str | None) -> Tenant:
    """The tenant that `seed` gives for this id; `name` replaces the name it would have."""
    rng = random.Random(f"{seed}/{tenant_id}/tenant")
    given_name = rng.choice(words.BAKERIES)
    slug = _slug(name or given_name, tenant_id)
    products = tuple(Product(random_uuid(rng), product, f"{rng.uniform(0.9, 38):.2f}")
                     for product in rng.sample(words.PRODUCTS, min(RANGE_SIZE, len(words.PRODUCTS))))
    return Tenant(tenant_id, name or given_name, slug, _people(rng, slug), products)


def random_uuid(rng: random.Random) -> str:
    """A version 4 UUID from `rng`."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def ascii_lower(text: str) -> str:
    """Lower-case ASCII letters and digits of `text`, accents dropped, anything else as a hyphen."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _slug(name: str, tenant_id: str) -> str:
    suffix = hashlib.sha256(tenant_id.encode()).hexdigest()[:10]
    return f"{ascii_lower(name)[:40].strip('-') or 'bakery'}-{suffix}"


def _people(rng: random.Random, slug: str) -> tuple[Person, ...]:
    first_names = rng.sample(words.FIRST_NAMES, len(ROLES))
    last_names = rng.sample(words.LAST_NAMES, len(ROLES))
    return tuple(Person(random_uuid(rng), f"{first} {last}",
                        f"{ascii_lower(first)}.{ascii_lower(last)}@{slug}.example", role)
                 for first, last, role in zip(first_names, last_names, ROLES))
