"""Settings of Pushsite, in the order in which a request meets them.

Every value comes from the environment; docs/settings.md lists them.
"""

import sys
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env("PUSHSITE_VAR", default=str(BASE_DIR / "var"))).resolve()

# Process
DEBUG = env.bool("DEBUG", default=False)
TESTING = "pytest" in sys.modules
DATABASE_URL = env("DATABASE_URL", default="")
EMBEDDED = not DATABASE_URL
SECRET_KEY = env("SECRET_KEY", default="")
CREDENTIAL_KEY = env("CREDENTIAL_KEY", default="")
SIMULATOR = env("SIMULATOR", default="")

# Request
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
ROOT_URLCONF = "pushsite.urls"
WSGI_APPLICATION = "pushsite.wsgi.application"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
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
    "axes",
    "push_notifications",
    "django_celery_beat",
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
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = EMBEDDED
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env("TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True

# Push: the library's device rows, read through our own credentials
PUSH_NOTIFICATIONS_SETTINGS = {"CONFIG": "devices.credentials.LibraryConfig"}

if not SECRET_KEY or not CREDENTIAL_KEY:
    if not (EMBEDDED or TESTING):
        raise ImproperlyConfigured(
            "Set SECRET_KEY and CREDENTIAL_KEY: docs/settings.md says how to make them."
        )
    SECRET_KEY = SECRET_KEY or "test-only-" + "0" * 50
    CREDENTIAL_KEY = CREDENTIAL_KEY or "dGVzdC1vbmx5LWtleS0wMTIzNDU2Nzg5YWJjZGVmZ2g="
