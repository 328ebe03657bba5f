"""Every address of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import RedirectView

from campaigns.api import pictures
from devices.api import preference_page, problems
from devices.simulator import views, website
from pushsite import mine
from pushsite.api import api

FAVICON = f"{settings.STATIC_URL}pushsite/favicon.svg"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("favicon.ico", RedirectView.as_view(url=FAVICON)),
    path("language/setlang/", mine.switch_language, name="set_language"),
    path("phones/", include(views.urls())),
    *website.urls(),
    path("admin/", admin.site.urls),
    path("m/", include(pictures.urls())),
    path("p/", include(preference_page.urls())),
    path("api/v1/", api.urls),
    re_path(r"^api/", csrf_exempt(problems.nothing_here)),
]
