"""The composition root. Environments differ only by the MDM_ variables of docs/operations.md."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from mdm import env, logs

BASE_DIR = Path(__file__).resolve().parent.parent
MDM_DATA = env.folder("MDM_DATA", BASE_DIR / "var")

# --- What kind of installation this is -------------------------------------------------------

DEBUG = env.flag("MDM_DEBUG")
MDM_DEMO = env.flag("MDM_DEMO")
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]", "testserver"})
ALLOWED_HOSTS = env.words("MDM_HOSTS", "localhost,127.0.0.1,[::1]")
LOCAL = set(ALLOWED_HOSTS) <= LOCAL_HOSTS
MDM_LISTEN = env.address("MDM_LISTEN", "127.0.0.1:8000")
MDM_TWINS_LISTEN = env.address("MDM_TWINS_LISTEN", "127.0.0.1:8001")
if MDM_DEMO and not LOCAL:
    raise ImproperlyConfigured(
        "MDM_DEMO makes accounts with known passwords; it refuses to start with the public "
        f"name in MDM_HOSTS ({', '.join(ALLOWED_HOSTS)})."
    )
if MDM_DEMO and MDM_LISTEN[0] not in {"127.0.0.1", "::1", "localhost"}:
    raise ImproperlyConfigured(
        "MDM_DEMO makes accounts with known passwords; it refuses to listen to other machines "
        f"(MDM_LISTEN is {MDM_LISTEN[0]}:{MDM_LISTEN[1]})."
    )

# --- Database --------------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.database("MDM_DATABASE_URL", f"sqlite:///{MDM_DATA / 'touchstone.sqlite3'}")
}
ON_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if ON_SQLITE:
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=0;",
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Secrets: kept in the data folder beside SQLite, else given ------------------------------

KEPT = MDM_DATA / "keys" if ON_SQLITE or DEBUG or MDM_DEMO else None
SECRET_KEY = env.secret("MDM_SECRET_KEY", KEPT)
VAULT_KEYS = env.secret("MDM_VAULT_KEYS", KEPT).split(",")  # the first one seals, all open
INDEX_KEY = env.secret("MDM_INDEX_KEY", KEPT)  # of the blind index; cannot be rotated alone

# --- Applications and the path of a request --------------------------------------------------

INSTALLED_APPS = [
    "mdm",
    "matching",
    "publishing",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "simple_history",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "csp",
]
MIDDLEWARE = [
    "mdm.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "mdm.api.direct.ApiMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]
ROOT_URLCONF = "mdm.urls"
WSGI_APPLICATION = "mdm.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "mdm.web.context.frame",
            ],
        },
    }
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# --- Rules of the house ----------------------------------------------------------------------

# How long an approved change of payment data waits before it is applied.
COOLING_HOURS = env.number("MDM_COOLING_HOURS", 24)
# How large a file may be that is brought in; what is larger is refused before it is unpacked.
IMPORT_MB = env.number("MDM_IMPORT_MB", 50, least=1)
IMPORT_ROWS = env.number("MDM_IMPORT_ROWS", 200_000, least=1)
IMPORT_COLUMNS = env.number("MDM_IMPORT_COLUMNS", 200, least=2)

# --- Seams: where matching and publishing plug in (dotted paths) -----------------------------

CHANGE_CHECKS: list[str] = ["publishing.readiness.check", "publishing.payload_changes.check"]
RECORD_WRITTEN: list[str] = ["matching.index.record_written"]
FIND_CANDIDATES: list[str] = ["matching.candidates.find"]
ECHOES: list[str] = ["publishing.echoes.echoes"]
GOVERNED: list[str] = ["publishing.targets.TARGETS", "publishing.codemaps.CODE_MAPS"]
INBOX: list[str] = ["matching.web.tasks.tasks", "publishing.web.tasks.tasks"]

# --- Celery: the broker is a doorbell, so nobody waits long for it ---------------------------

CELERY_BROKER_URL = env.text("MDM_BROKER_URL", f"redis+socket://{MDM_DATA / 'valkey.sock'}")
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": timedelta(hours=1).total_seconds(),
    "unacked_restore_throttle": 1,
    "unacked_restore_interval": 5,
    "socket_keepalive": True,
    "socket_connect_timeout": 2,
    "socket_timeout": 10,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_DB_REUSE_MAX = 1000
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(MDM_DATA / "beat-schedule")
# Beat only rings; what it rings for is found by the sweeper as well.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    name: {"task": name, "schedule": 10.0, "options": {"expires": 10}}
    for name in ("mdm.take_up", "publishing.relay")
} | {"mdm.flip_due": {"task": "mdm.flip_due", "schedule": crontab(hour="0", minute="5")}}

# --- API -------------------------------------------------------------------------------------

API_REQUESTS_PER_MINUTE = env.number("MDM_API_REQUESTS_PER_MINUTE", 6000)
# The views say for themselves what they take and give (mdm/api/view.py).
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Touchstone",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "POSTPROCESSING_HOOKS": [],
}

# --- Files -----------------------------------------------------------------------------------

NODE_MODULES = BASE_DIR / "node_modules"
STATIC_URL = "static/"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "mdm.static_files.VendorFinder",
]
# Local installations serve files where they lie; production collects and fingerprints them.
STATIC_ROOT = None if LOCAL else BASE_DIR / "static-build"
WHITENOISE_USE_FINDERS = LOCAL
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = MDM_DATA / "files"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # the form of a record with hundreds of items
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Browser security ------------------------------------------------------------------------

HTTPS = env.flag("MDM_HTTPS", not LOCAL)
CSRF_TRUSTED_ORIGINS = env.words("MDM_TRUSTED_ORIGINS")
CSRF_FAILURE_VIEW = "mdm.web.errors.forged"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if env.flag("MDM_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
# Hosts a connector may call although their address is private; the demo's twins are such.
MDM_PRIVATE_TARGETS = env.words("MDM_PRIVATE_TARGETS", "127.0.0.1,localhost" if MDM_DEMO else "")
# Where a fault test kills the process: point:count (publishing/failpoints.py). Never set elsewhere.
MDM_FAILPOINT = env.text("MDM_FAILPOINT", "")

# --- The rest --------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
LOG_LEVEL = env.choice("MDM_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOG_JSON = env.flag("MDM_LOG_JSON", not LOCAL)
LOGGING = logs.config(LOG_LEVEL, as_json=LOG_JSON)
