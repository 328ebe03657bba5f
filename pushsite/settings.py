"""Settings of Pushsite, in the order in which a request meets them.

Every value comes from the environment; docs/settings.md lists them.
"""

import sys
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from pushsite import broker, keys
from pushsite.embedded import EmbeddedError, EmbeddedPostgres, cannot_write

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env("PUSHSITE_VAR", default=str(BASE_DIR / "var"))).resolve()

# Process
COMMAND = sys.argv[1] if len(sys.argv) > 1 else ""
# Commands that touch neither the database nor the keys, and may run in an image.
IS_DETACHED = Path(sys.argv[0]).name in ("manage.py", "django-admin") and COMMAND in (
    *("", "--help", "--version", "collectstatic", "compilemessages"),
    *("help", "makemessages", "version"),
)
# These start the server themselves, when they are ready for it, or need none.
NEEDS_DATABASE = not IS_DETACHED and COMMAND not in (
    *("down", "embedded", "simulator", "smoke", "up"),
)
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
DEBUG = env.bool("DEBUG", default=False)
TESTING = "pytest" in sys.modules
DATABASE_URL = env("DATABASE_URL", default="")
EMBEDDED = not DATABASE_URL
KEYS = keys.FOR_TESTS if TESTING else {}
EMBEDDED_STARTED_HERE = False
if EMBEDDED:
    _postgres = EmbeddedPostgres(VAR)
    DATABASE_URL = _postgres.url
    try:
        if NEEDS_DATABASE:
            EMBEDDED_STARTED_HERE = _postgres.ensure()
        KEYS = keys.fresh() if IS_DETACHED else keys.kept_in(VAR / "keys.env")
    except EmbeddedError as trouble:
        raise SystemExit(str(trouble)) from None
    except OSError as trouble:
        raise SystemExit(str(cannot_write(VAR, trouble))) from None
SECRET_KEY = env("SECRET_KEY", default=KEYS.get("SECRET_KEY", ""))
CREDENTIAL_KEY = env("CREDENTIAL_KEY", default=KEYS.get("CREDENTIAL_KEY", ""))
CREDENTIAL_KEY_OLD = env("CREDENTIAL_KEY_OLD", default="")
if not SECRET_KEY or not CREDENTIAL_KEY:
    raise ImproperlyConfigured(
        "Set SECRET_KEY and CREDENTIAL_KEY: docs/settings.md says how to make them."
    )
SIMULATOR = env("SIMULATOR", default="")
SEAM = env("SEAM", default="")
SIMULATOR_ASKS = env.bool("SIMULATOR_ASKS", default=False)
SEND_LEASE = env.float("SEND_LEASE", default=30.0)

# What goes wrong goes to the process's own output: no values, no texts of messages.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "filters": {"routes": {"()": "pushsite.routes.Routes"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["routes"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "propagate": False},
        # Whatever the root is set to: their DEBUG lines hold headers and addresses,
        # which are tokens of devices and keys of ours.
        **{name: {"level": "INFO"} for name in ("hpack", "urllib3", "aioapns")},
    },
}

# Request
HOST = env("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
SITE_URL = env("SITE_URL", default=f"http://{HOST}:{PORT}").rstrip("/")
_hosts = [urlsplit(SITE_URL).hostname or "", *(EMBEDDED * LOCAL_HOSTS)]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=_hosts)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])
HTTPS = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 * HTTPS)
# Only the operator knows what else the domain serves.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# The API: how often, how large, and whose word on the caller's address counts.
TRUSTED_PROXIES = env.int(
    "TRUSTED_PROXIES", default=int(env.bool("BEHIND_PROXY", default=False))
)
API_REGISTRATIONS_PER_HOUR = env.int("API_REGISTRATIONS_PER_HOUR", default=600)
API_CALLS_PER_MINUTE = env.int("API_CALLS_PER_MINUTE", default=60)
API_SERVER_CALLS_PER_MINUTE = env.int("API_SERVER_CALLS_PER_MINUTE", default=6_000)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# Files do not count above: these refuse a request before its first byte is kept.
FILE_UPLOAD_HANDLERS = [
    "pushsite.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
ROOT_URLCONF = "pushsite.urls"
WSGI_APPLICATION = "pushsite.wsgi.application"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pushsite.cors.CorsMiddleware",
    "pushsite.policy.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pushsite.reader.ReaderMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

# Applications
INSTALLED_APPS = [
    "pushsite.apps.PushsiteConfig",
    "unfold",
    "pushsite.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "pushsite.apps.SignInConfig",
    "pushsite.apps.TokensConfig",
    "pushsite.apps.ClockworkConfig",
    "ninja",
    "devices.apps.DevicesConfig",
    "campaigns.apps.CampaignsConfig",
]

# Database
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}

# Sign-in
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_REDIRECT_URL = "admin:index"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_VERBOSE = False

# Pages
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
            ],
        },
    },
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}
UNFOLD = {
    "SITE_TITLE": "Pushsite",
    "SITE_HEADER": "Pushsite",
    "SITE_URL": None,
    "SITE_ICON": lambda request: static("pushsite/favicon.svg"),
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("pushsite/favicon.svg"),
        }
    ],
    "STYLES": [lambda request: static("pushsite/pushsite.css")],
    "SCRIPTS": [lambda request: static("pushsite/sidebar.js")],
    "SHOW_LANGUAGES": True,
    "SHOW_VIEW_ON_SITE": False,
    "DASHBOARD_CALLBACK": "campaigns.admin.dashboard.fill",
    "SIDEBAR": {"navigation": "pushsite.adminsite.navigation"},
    # Teal: 600 on white 5.5:1, white on 600 5.5:1, 500 on the dark ground 7.1:1.
    "COLORS": {
        "primary": {
            "50": "#f0fdfa",
            "100": "#ccfbf1",
            "200": "#99f6e4",
            "300": "#5eead4",
            "400": "#2dd4bf",
            "500": "#14b8a6",
            "600": "#0f766e",
            "700": "#115e59",
            "800": "#134e4a",
            "900": "#133f3c",
            "950": "#042f2e",
        }
    },
}
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
if EMBEDDED or TESTING:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # or whitenoise warns each time
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = EMBEDDED
# Pictures: written by the web process, fetched by every phone without signing in.
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(VAR / "media"))).resolve()
MEDIA_URL = env("MEDIA_PUBLIC_URL", default=f"{SITE_URL}/m/").rstrip("/") + "/"
MEDIA_FETCH_NETWORKS = [
    ip_network(each) for each in env.list("MEDIA_FETCH_NETWORKS", default=[])
]
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["pushsite.formats"]
TIME_ZONE = env("TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True

# Push: the library's device rows, read through our own credentials
PUSH_NOTIFICATIONS_SETTINGS = {"CONFIG": "devices.library_config.LibraryConfig"}
WEBPUSH_HOSTS = env.list("WEBPUSH_HOSTS", default=[])
SEND_WINDOW = env.int("SEND_WINDOW", default=100)
SEND_CONNECTIONS = env.int("SEND_CONNECTIONS", default=2)
SEND_STREAMS = env.int("SEND_STREAMS", default=50)

# Queues: Celery carries wake-ups only (docs/decisions.md), so results are never kept.
# Tests ring bells in memory, never those of a site that runs beside them.
BROKER = env("CELERY_BROKER_URL", default="memory://" if TESTING else "pgmq://")
CELERY_BROKER_URL = broker.address(BROKER)
CELERY_BROKER_TRANSPORT_OPTIONS = broker.transport_options(BROKER, DATABASES["default"])
CELERY_BROKER_CONNECTION_TIMEOUT = 4
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_DEFAULT_QUEUE = "control"
CELERY_TASK_ROUTES = {"campaigns.send*": {"queue": "send"}}
if broker.scheme_of(BROKER) == "amqp":
    CELERY_TASK_DEFAULT_QUEUE_TYPE = "quorum"
    CELERY_TASK_CREATE_MISSING_QUEUE_TYPE = "quorum"
    CELERY_WORKER_DETECT_QUORUM_QUEUES = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_ACKS_ON_FAILURE_OR_TIMEOUT = True
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = 240, 300
# A bell that cannot be rung is rung again by the sweep: do not keep a page waiting.
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 2,
    "interval_start": 0.1,
    "interval_step": 0.2,
    "interval_max": 0.5,
}
# pgmq looks for messages when it has room, so room for one makes it wait.
CELERY_WORKER_PREFETCH_MULTIPLIER = 8 if broker.scheme_of(BROKER) == "pgmq" else 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
# A task that goes on without its broker does no harm; killing it would leave every
# push on the wire unknown.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000  # KiB
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
