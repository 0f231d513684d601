"""Django's settings, all of them made from :mod:`config.env`."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import urlsplit

from config import calibration, database, env, secretstore, storage
from frapi import __version__

FRAPI = env.load_from_process()
storage.prepare(FRAPI)
FRAPI_SECRETS = secretstore.load(FRAPI)
FRAPI_CALIBRATION_FILE = FRAPI.home / "calibration.json"
FRAPI_CALIBRATION = calibration.load(FRAPI_CALIBRATION_FILE)

# What the console's sign-ins and forms are signed with.
SECRET_KEY = base64.b64encode(hashlib.sha256(b"django" + FRAPI_SECRETS.secret_key).digest()).decode()
DEBUG = False  # tracebacks are for the log, never for a client
ALLOWED_HOSTS = list(FRAPI.allowed_hosts)
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False  # a POST can't be redirected; every address of the API ends in a slash

INSTALLED_APPS = [
    "frapi.apps.ops",  # before staticfiles: its runserver replaces theirs
    "frapi.apps.accounts",
    "frapi.apps.templates",
    "frapi.apps.verification",
    "frapi.apps.reference",
    "frapi.apps.console",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "channels",
    "corsheaders",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
]

MIDDLEWARE = [
    "frapi.apps.ops.static.StaticFilesMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

DATABASES = {"default": database.django_settings(FRAPI.database)}

# The console alone signs people in by a cookie, which goes nowhere else; see frapi.apps.console.gate.
SESSION_COOKIE_NAME = "frapi_console"
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/console/"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = (FRAPI.public_url or "").startswith("https://")
SESSION_COOKIE_AGE = 12 * 3600  # ends with the browser, or sooner: see frapi.apps.console.access
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "frapi_console_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_AGE = None  # ends with the browser
CSRF_FAILURE_VIEW = "frapi.apps.console.errors.csrf_failure"
# A proxy that isn't declared hides the scheme that browsers name as theirs.
CSRF_TRUSTED_ORIGINS = [] if FRAPI.public_url is None else ["://".join(urlsplit(FRAPI.public_url)[:2])]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

if FRAPI.redis_url is None:
    _LAYER: dict[str, Any] = {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    _CACHE: dict[str, Any] = {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
else:
    _LAYER = {"BACKEND": "frapi.apps.shared.layer.SharedChannelLayer", "CONFIG": {"url": FRAPI.redis_url}}
    _CACHE = {"BACKEND": "frapi.apps.shared.cache.SharedCache", "LOCATION": FRAPI.redis_url, "KEY_PREFIX": "frapi"}
CHANNEL_LAYERS = {"default": _LAYER}
CACHES = {"default": _CACHE}

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # straight out of the installed packages: no collectstatic
WHITENOISE_MAX_AGE = 60  # then asked for again, mostly for a 304: an upgrade must not leave old scripts with new pages

CORS_URLS_REGEX = r"^/(api|health)/"
CORS_ALLOW_ALL_ORIGINS = "*" in FRAPI.cors_origins
CORS_ALLOWED_ORIGINS = [origin for origin in FRAPI.cors_origins if origin != "*"]
CORS_EXPOSE_HEADERS = ["Retry-After"]

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["frapi.apps.parsing.StrictJsonParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["frapi.apps.accounts.authentication.JwtAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "frapi.apps.http.exception_handler",
    "UNAUTHENTICATED_USER": None,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "frapi",
    "DESCRIPTION": (
        "Enrols and authenticates people's faces. REST creates sessions and tells their results; the frames go over "
        "the WebSocket whose address each session's `websocket_url` gives."
    ),
    "VERSION": __version__,
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "SessionStatusEnum": "frapi.apps.verification.models.SessionStatus",
        "DeviceTypeEnum": "frapi.apps.verification.models.SessionType",
        "SessionKindEnum": "frapi.liveness.types.SessionKind",
    },
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # Without this the page would send the document to a validator on the internet.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": True, "validatorUrl": None},
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024  # no REST call of ours carries an image

LOGGING_CONFIG = "frapi.apps.ops.logging.configure"
LOGGING = {"level": FRAPI.log_level.value, "format": FRAPI.log_format.value}
