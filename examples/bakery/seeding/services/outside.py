"""External data: a tenant's own, and the weather and traffic of cities, which all tenants share."""

from datetime import timedelta

from ..draw import EPOCH, Draw, day
from ..tables import Columns, Service, SharedTable, Table
from .. import words
from .audit import audit_logs

SHARED_DAYS = 20
SHARED_ROWS = SHARED_DAYS * len(words.CITIES)
_CITY_OF_ROW = [city for city in words.CITIES for _ in range(SHARED_DAYS)]


def external_data_cache(d: Draw) -> Columns:
    fetched_at, expires_at = d.spans(timedelta(days=1), open_ended=0.1)
    return {
        "id": d.ids("external_data_cache"),
        "tenant_id": d.tenant_id(),
        "source": d.one_of(("aemet", "meteo-france", "met-office", "openholidays")),
        "cache_key": d.numbered("v1/"),
        "payload": d.made_by(lambda rng: {"city": rng.choice(words.CITIES), "values": [rng.randrange(40) for _ in "abc"]}),
        "fetched_at": fetched_at,
        "expires_at": expires_at,
    }


def api_key_usage(d: Draw) -> Columns:
    return {
        "id": d.ids(),
        "tenant_id": d.tenant_id(),
        "provider": d.one_of(("aemet", "meteo-france", "met-office", "tomtom")),
        "key_fingerprint": d.made_by(lambda rng: rng.randbytes(16).hex()),
        "used_by": d.users(nulls=0.5),
        "used_on": d.dates(),
        "request_count": d.numbers(1, 900, digits=0),
        "cost": d.numbers(0, 4, nulls=0.2),
    }


def tenant_weather_data(d: Draw) -> Columns:
    return {
        "id": d.ids(),
        "tenant_id": d.tenant_id(),
        "city": d.one_of(words.CITIES),
        "observed_at": d.moments(),
        "temperature_celsius": d.numbers(-6, 38, digits=1),
        "sales_impact": d.numbers(-0.4, 0.4, digits=4, nulls=0.2),
    }


def city_weather(d: Draw) -> Columns:
    return {
        "city": _CITY_OF_ROW,
        "observed_on": (day(i % SHARED_DAYS) for i in range(d.rows)),
        "temperature_celsius": d.numbers(-6, 38, digits=1),
        "precipitation_mm": d.numbers(0, 25, digits=1),
        "description": d.one_of(("éclaircies", "pluie", "nublado", "sleet", "clear"), nulls=0.1),
    }


def city_traffic(d: Draw) -> Columns:
    return {
        "city": _CITY_OF_ROW,
        "observed_at": (str(EPOCH + timedelta(hours=i % SHARED_DAYS)) for i in range(d.rows)),
        "congestion": d.numbers(0, 100, digits=0),
        "average_speed": d.numbers(6, 60, digits=1, nulls=0.1),
    }


EXTERNAL = Service("external", 1_000, [
    Table("external_data_cache", 40, external_data_cache),
    Table("api_key_usage", 26, api_key_usage),
    Table("tenant_weather_data", 30, tenant_weather_data),
    audit_logs(4, "external_data_cache"),
], shared=[
    SharedTable("city_weather", SHARED_ROWS, city_weather),
    SharedTable("city_traffic", SHARED_ROWS, city_traffic),
])
