"""Settings of the product.

What an operator chooses comes from `QIBU_*` variables; what a store chooses is in the database.
"""

from __future__ import annotations

import os
from datetime import time
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from qibu.config.home import ZONE, Home
from qibu.kernel.addresses import networks

HOME = Home.from_environment()
CHECKOUT = Path(__file__).resolve().parents[3]


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "1" if default else "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no"}:
        raise ValueError(f"{name} must be 1 or 0, not {value!r}.")
    return value in {"1", "true", "yes"}


def clock(name: str, default: str) -> time:
    try:
        return time.fromisoformat(os.environ.get(name) or default)
    except ValueError:
        raise ValueError(f"{name} must be a time such as 02:30, not {os.environ[name]!r}.") from None


DEBUG = flag("QIBU_DEBUG")
SECRET_KEY = HOME.key("django") if HOME.keys.exists() else "unset: the home folder is made by the first command"
ALLOWED_HOSTS = os.environ.get("QIBU_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("QIBU_ORIGINS", "").split(",") if origin]
# Whom to believe where a request came from, and in which of the two headers: one that a proxy doesn't write itself it
# hands on as the guest sent it.
QIBU_PROXIES = networks(os.environ.get("QIBU_PROXIES", ""))
QIBU_PROXY_HEADER = os.environ.get("QIBU_PROXY_HEADER", "X-Forwarded-For")
if QIBU_PROXY_HEADER not in {"X-Forwarded-For", "Forwarded"}:
    raise ValueError(f"QIBU_PROXY_HEADER must be X-Forwarded-For or Forwarded, not {QIBU_PROXY_HEADER!r}.")
# Private networks in which stores may have their mail servers. See docs/decisions/outbound-mail.md.
QIBU_MAIL_NETWORKS = networks(os.environ.get("QIBU_MAIL_NETWORKS", ""))
# Backups by night. See docs/operations.md.
QIBU_BACKUP_TO = os.environ.get("QIBU_BACKUP_TO", "")
QIBU_BACKUP_AT = clock("QIBU_BACKUP_AT", "02:30")
QIBU_HOME = HOME.path
QIBU_KEYS = HOME.keys
QIBU_FILES = Path(os.environ.get("QIBU_FILES") or HOME.files)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "procrastinate.contrib.django",
    "qibu.kernel",
    "qibu.ui",
    "qibu.network",
    "qibu.customers",
    "qibu.catalog",
    "qibu.vehicles",
    "qibu.tasks",
    "qibu.contact",
    "qibu.leads",
    "qibu.showroom",
    "qibu.drives",
    "qibu.quotes",
    "qibu.spotchecks",
    "qibu.nurturing",
    "qibu.orders",
    "qibu.deliveries",
    "qibu.aftersales",
    "qibu.care",
    "qibu.connect",
    "qibu.intake",
    "qibu.funnel",
    "qibu.config",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "qibu.config.middleware.ContentSecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "qibu.config.middleware.WrongMethodMiddleware",
    "qibu.network.middleware.ScopeMiddleware",
    "qibu.config.middleware.BoundsMiddleware",
]
ROOT_URLCONF = "qibu.config.urls"
WSGI_APPLICATION = "qibu.config.wsgi.application"

_LOADERS: list[Any] = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "qibu.ui.templatetags.qibu",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "qibu.config.context.frame",
            ],
        },
    }
]

DATABASES = {
    # Health checks make the pool look at a connection when it is lent: after a restart the old ones are dead.
    "default": {**HOME.database_settings("app"), "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True},
}
# For commands that migrate; the web server and the worker don't know the owner.
if not flag("QIBU_PLAIN_ROLE"):
    DATABASES["owner"] = {**HOME.database_settings("owner"), "TEST": {"MIRROR": "default"}}
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),
    # A short `reconnect_timeout`: else the pool tries ever more rarely, and comes back long after the database.
    "pool": {
        "min_size": 1, "max_size": int(os.environ.get("QIBU_DB_POOL", "10")), "timeout": 5, "reconnect_timeout": 2,
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "network.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "network:sign-in"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_NAME = "qibu_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = flag("QIBU_HTTPS")
SESSION_IDLE_MINUTES = int(os.environ.get("QIBU_SESSION_IDLE_MINUTES", "120"))
SESSION_ABSOLUTE_HOURS = int(os.environ.get("QIBU_SESSION_HOURS", "12"))
SESSION_COOKIE_AGE = max(SESSION_ABSOLUTE_HOURS, 24) * 3600  # the longest that an organisation may choose
CSRF_COOKIE_NAME = "qibu_csrf"
CSRF_FAILURE_VIEW = "qibu.config.views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", "English")]
LANGUAGE_COOKIE_NAME = "qibu_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = ZONE

STATIC_URL = "/static/"
STATIC_ROOT = CHECKOUT / "build" / "static"
_STATIC = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if DEBUG or flag("QIBU_PLAIN_STATIC") or not (STATIC_ROOT / "staticfiles.json").exists()
    else "qibu.config.collecting.Storage"
)
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": QIBU_FILES, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {"BACKEND": _STATIC},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = _STATIC.startswith("django.")
WHITENOISE_MAX_AGE = 0 if WHITENOISE_AUTOREFRESH else 60

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "qibu.config.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": os.environ.get("QIBU_LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
        "psycopg.pool": {"level": "ERROR"},
    },
}
