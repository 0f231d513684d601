from __future__ import annotations

from pathlib import Path

import pytest

from config.database import PostgresServer, SqliteFile, django_settings, parse_database
from config.env import SettingError, load


@pytest.mark.parametrize(
    ("value", "database"),
    [
        ("sqlite:///a/b c.sqlite3", SqliteFile(Path("/a/b c.sqlite3"))),
        ("postgres://db.example.com/frapi", PostgresServer("frapi", "db.example.com")),
        (
            "postgresql://us%40er:p%2Fw%3A@db.example.com:5433/fra%20pi?sslmode=verify-full&sslrootcert=/ca.pem",
            PostgresServer(
                "fra pi",
                "db.example.com",
                5433,
                "us@er",
                "p/w:",
                (("sslmode", "verify-full"), ("sslrootcert", "/ca.pem")),
            ),
        ),
        ("postgres://[2001:db8::1]:5432/frapi", PostgresServer("frapi", "2001:db8::1", 5432)),
        ("postgres:///frapi", PostgresServer("frapi")),
        ("postgres://frapi@/frapi?host=/run/postgresql", PostgresServer("frapi", "/run/postgresql", user="frapi")),
        ("postgres://%2Frun%2Fpostgresql/frapi", PostgresServer("frapi", "/run/postgresql")),
    ],
)
def test_what_an_address_says(value: str, database: SqliteFile | PostgresServer) -> None:
    assert parse_database(value) == database


def test_a_password_stands_in_no_repr() -> None:
    settings = load({"DATABASE_URL": "postgres://frapi:hush-hush@db.example.com/frapi?passfile=/secret"})
    assert "hush-hush" not in repr(settings)
    assert "/secret" not in repr(settings)


def test_django_is_told_everything() -> None:
    told = django_settings(parse_database("postgres://frapi:word@db.example.com:5433/faces?connect_timeout=2"))
    assert {name: told[name] for name in ("NAME", "HOST", "PORT", "USER", "PASSWORD")} == {
        "NAME": "faces",
        "HOST": "db.example.com",
        "PORT": 5433,
        "USER": "frapi",
        "PASSWORD": "word",
    }
    assert told["OPTIONS"]["connect_timeout"] == "2"


def test_the_variable_s_old_name_is_not_passed_over() -> None:
    with pytest.raises(SettingError, match=r"^FRAPI_DATABASE_URL: it is called DATABASE_URL now$"):
        load({"FRAPI_DATABASE_URL": "sqlite:///a/db.sqlite3"})
