"""The address of "My settings": a page for everybody who signs in, about themselves."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern
from unfold.admin import ModelAdmin

from devices.admin import pages
from pushsite import mine
from pushsite.models import Profile


@admin.register(Profile)
class ProfileAdmin(ModelAdmin):
    """Nobody lists or edits the choices of others."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        return pages.addresses("pushsite_profile", [("mine/", mine.page, "mine", ())])
