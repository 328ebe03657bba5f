"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from devices.simulator import views
from pushsite.api import api

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("language/", include("django.conf.urls.i18n")),
    path("phones/", include(views.urls())),
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
]
