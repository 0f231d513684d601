from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from config import env, parsers, secretstore
from config.database import SqliteFile
from config.env import SettingError, load
from frapi.vision.types import Obstacle

SECRET = base64.urlsafe_b64encode(bytes(range(32))).decode()
PRODUCTION = {
    "FRAPI_ENV": "production",
    "FRAPI_SECRET_KEY": SECRET,
    "FRAPI_MASTER_KEY": SECRET,
    "FRAPI_JWT_KEYS": f"2025:{SECRET}",
    "FRAPI_PUBLIC_URL": "https://faces.example.com/",
}


def test_nothing_needs_to_be_set() -> None:
    settings = load({})
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.home == env.PROJECT / "var"
    assert settings.models_dir == settings.home / "models"
    assert settings.database == SqliteFile(settings.home / "db.sqlite3")
    assert settings.analyzer_threads >= 1
    assert settings.obstacle_thresholds == {
        Obstacle.GLASSES: 0.50,
        Obstacle.MASK: 0.30,
        Obstacle.HAT: 0.30,
        Obstacle.HAND_COVERING: 0.30,
    }


def test_server_processes_share_the_cpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsers, "available_cpus", lambda: 8)
    threads = [load({"FRAPI_WORKERS": workers}).analyzer_threads for workers in ("1", "3", "64")]
    assert threads == [8, 2, 1]
    assert load({"FRAPI_WORKERS": "4", "FRAPI_ANALYZER_THREADS": "8"}).analyzer_threads == 8


def test_later_defaults_follow_what_was_set(tmp_path: Path) -> None:
    settings = load({"FRAPI_HOME": str(tmp_path / "a #? {b}")})
    assert settings.models_dir == tmp_path / "a #? {b}" / "models"
    assert settings.database == SqliteFile(tmp_path / "a #? {b}" / "db.sqlite3")


def test_empty_counts_as_unset() -> None:
    assert load({"PORT": "", "FRAPI_MATCH_THRESHOLD": " "}) == load({})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "80a"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "８０"),
        ("FRAPI_ENV", "staging"),
        ("FRAPI_PUBLIC_URL", "faces.example.com"),
        ("FRAPI_PUBLIC_URL", "ftp://faces.example.com"),
        ("FRAPI_PUBLIC_URL", "https://faces.example.com/?a=b"),
        ("FRAPI_PUBLIC_URL", "http://host:99999999"),
        ("FRAPI_PUBLIC_URL", "https://user:word@faces.example.com"),
        ("FRAPI_PUBLIC_URL", "https://faces.example.com:port"),
        ("FRAPI_HOME", "~nosuchuser/x"),
        ("FRAPI_ALLOWED_HOSTS", "http://foo"),
        ("FRAPI_ALLOWED_HOSTS", "a.example,b.example:8000"),
        ("FRAPI_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("FRAPI_TRUSTED_PROXIES", "proxy"),
        ("FRAPI_CORS_ORIGINS", "other.example"),
        ("FRAPI_CORS_ORIGINS", "https://other.example/path"),
        ("FRAPI_CORS_ORIGINS", "https://a.b?q"),
        ("FRAPI_CORS_ORIGINS", "https://a.b#"),
        ("FRAPI_CORS_ORIGINS", "https://user@a.b"),
        ("FRAPI_CORS_ORIGINS", "https://a.b:99999"),
        ("FRAPI_TARGET_FPIR", "-0.5"),
        ("FRAPI_TARGET_FPIR", "1e3"),
        ("FRAPI_TARGET_FPIR", "nan"),
        ("FRAPI_GALLERY", "disk"),
        ("FRAPI_DUPLICATES", "yes"),
        ("FRAPI_TEMPLATE_REFRESH", "1"),
        ("DATABASE_URL", "sqlite://relative.sqlite3"),
        ("DATABASE_URL", "mysql://host/name"),
        ("DATABASE_URL", "postgres://frapi:hush@db.example.com"),
        ("DATABASE_URL", "postgres://frapi:hush@db.example.com/"),
        ("DATABASE_URL", "postgres://frapi:hush@db.example.com:port/frapi"),
        ("DATABASE_URL", "postgres://frapi:hush@db.example.com:99999/frapi"),
        ("DATABASE_URL", "postgres://frapi:hu sh@db.example.com/frapi"),
        ("DATABASE_URL", "postgres://frapi:hush@db.example.com/frapi?ssl=on"),
        ("DATABASE_URL", "postgres://frapi:hush@db.example.com/frapi?sslmode"),
        ("DATABASE_URL", "postgres://frapi:hush@db.example.com/frapi#x"),
        ("FRAPI_WORKERS", "0"),
        ("FRAPI_WORKERS", "auto"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "http://localhost:6379"),
        ("REDIS_URL", "redis://:word@"),
        ("REDIS_URL", "redis://localhost:port"),
        ("REDIS_URL", "redis://localhost:99999"),
        ("REDIS_URL", "redis://localhost/cache"),
        ("REDIS_URL", "redis://localhost?db=1"),
        ("REDIS_URL", "redis://localhost/1#x"),
        ("REDIS_URL", "unix://relative.sock"),
        ("FRAPI_SECRET_KEY", "short"),
        ("FRAPI_SECRET_KEY", "not base64 at all, though it is long enough to be a key"),
        ("FRAPI_SECRET_KEY", "A" * 43),
        ("FRAPI_MASTER_KEY", base64.b64encode(bytes(range(33))).decode()),
        ("FRAPI_JWT_KEYS", SECRET),
        ("FRAPI_JWT_KEYS", f"a:{SECRET},a:{SECRET}"),
        ("FRAPI_JWT_KEYS", "a:short"),
        ("FRAPI_INFERENCE", "remote"),
        ("FRAPI_ANALYZER_THREADS", "many"),
        ("FRAPI_RECOGNIZER", "vgg"),
        ("FRAPI_PREVIOUS_RECOGNIZER", "Dlib"),
        ("FRAPI_PREVIOUS_MATCH_THRESHOLD", "2"),
        ("FRAPI_DETECTOR", "mtcnn"),
        ("FRAPI_QUALITY_THRESHOLD", "1.1"),
        ("FRAPI_QUALITY_THRESHOLD", "nan"),
        ("FRAPI_MASK_THRESHOLD", "-0.1"),
        ("FRAPI_LOG_LEVEL", "verbose"),
    ],
)
def test_a_bad_value_is_told_by_the_variable_s_name_and_not_repeated(variable: str, value: str) -> None:
    with pytest.raises(SettingError) as caught:
        load({variable: value})
    assert str(caught.value).startswith(f"{variable}: expected")
    assert value not in str(caught.value) or len(value) < 3


@pytest.mark.parametrize(
    "url",
    [
        "redis://localhost",
        "redis://:word@10.0.0.1:6379/3",
        "rediss://user:word@redis.example.com/0",
        "redis://[::1]:6379",
        "unix:///run/redis/redis.sock",
        "unix://:word@/run/redis.sock?db=2",
    ],
)
def test_addresses_of_redis(url: str) -> None:
    settings = load({**PRODUCTION, "REDIS_URL": url})
    assert settings.redis_url == url
    assert "word" not in repr(settings)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsers, "find_spec", lambda name: None)
    with pytest.raises(SettingError, match=r"^REDIS_URL: needs the package redis.*requirements/redis.txt"):
        load({"REDIS_URL": "redis://localhost"})


def test_a_recogniser_does_not_follow_itself() -> None:
    assert load({"FRAPI_RECOGNIZER": "sface", "FRAPI_PREVIOUS_RECOGNIZER": "dlib"}).previous_recognizer == "dlib"
    with pytest.raises(SettingError, match=r"^FRAPI_PREVIOUS_RECOGNIZER: it is the one in use"):
        load({"FRAPI_PREVIOUS_RECOGNIZER": "dlib"})


def test_production_starts_with_secrets_of_its_own() -> None:
    settings = load(PRODUCTION)
    assert settings.public_url == "https://faces.example.com"
    assert settings.jwt_keys is not None
    assert settings.jwt_keys[0].kid == "2025"


@pytest.mark.parametrize("missing", ["FRAPI_SECRET_KEY", "FRAPI_MASTER_KEY", "FRAPI_JWT_KEYS", "FRAPI_PUBLIC_URL"])
def test_production_refuses_to_start_without(missing: str) -> None:
    with pytest.raises(SettingError, match=f"^{missing}: must be set in production"):
        load({name: value for name, value in PRODUCTION.items() if name != missing})


def test_production_takes_host_names_for_a_public_address() -> None:
    environ = {**PRODUCTION, "FRAPI_PUBLIC_URL": "", "FRAPI_ALLOWED_HOSTS": "a.example, b.example"}
    assert load(environ).allowed_hosts == ("a.example", "b.example")


@pytest.mark.parametrize("hosts", ["*", ".example.com", "localhost,127.0.0.1,[::1]", "a_b.example-c.com"])
def test_host_names(hosts: str) -> None:
    assert load({"FRAPI_ALLOWED_HOSTS": hosts}).allowed_hosts == tuple(hosts.split(","))


def test_origins_with_ports() -> None:
    assert load({"FRAPI_CORS_ORIGINS": "http://localhost:3000, https://[::1]:8443"}).cors_origins == (
        "http://localhost:3000",
        "https://[::1]:8443",
    )


def test_misspelt_variables_are_known_as_such() -> None:
    environ = {
        "FRAPI_PUBLC_URL": "x",
        "FRAPI_HOME_FILE": "x",
        "FRAPI_HOST": "::1",
        "FRAPI_MASTER_KEY_FILE": "",
        "HOME": "x",
    }
    assert load(environ).unknown_variables == ("FRAPI_HOME_FILE", "FRAPI_PUBLC_URL")


def test_production_refuses_fake_inference() -> None:
    with pytest.raises(SettingError, match=r"^FRAPI_INFERENCE"):
        load({**PRODUCTION, "FRAPI_INFERENCE": "fake"})


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "master"
    file.write_text(SECRET + "\n")
    assert load({"FRAPI_MASTER_KEY_FILE": str(file)}).master_key == bytes(range(32))
    with pytest.raises(SettingError, match=r"^FRAPI_MASTER_KEY_FILE: can't be read"):
        load({"FRAPI_MASTER_KEY_FILE": str(tmp_path / "missing")})


def test_secrets_stand_in_no_repr() -> None:
    settings = load({**PRODUCTION, "PIP_INDEX_URL": "https://user:word@index.example/simple"})
    shown = repr(settings) + repr(secretstore.load(settings)) + repr(settings.index)
    assert SECRET not in shown
    assert repr(bytes(range(32))) not in shown
    assert "word" not in shown


def test_the_user_s_package_index_is_known() -> None:
    environ = {"PIP_INDEX_URL": "https://index.example/simple", "PIP_CONFIG_FILE": "/dev/null"}
    assert load(environ).index.index_url == "https://index.example/simple"


def test_only_env_reads_the_environment() -> None:
    readers = {
        str(file.relative_to(env.PROJECT))
        for package in ("config", "frapi")
        for file in (env.PROJECT / package).rglob("*.py")
        if re.search(r"os\.(environ|getenv)", file.read_text())
    }
    # asgi.py names Django's settings module, as every ASGI entry point of Django does.
    assert readers <= {"config/env.py", "config/asgi.py"}


def test_the_documentation_is_the_table() -> None:
    documented = (env.PROJECT / "docs" / "settings.md").read_text()
    assert env.markdown_table() in documented, "write what config.env.markdown_table() returns into docs/settings.md"
