"""A page of our own inside the admin: who may open it, and how it is drawn."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

View = Callable[..., HttpResponseBase]
Rows = list[tuple[str, View, str, tuple[str, ...]]]
"""Addresses of a model's pages: route, view, end of the name, permissions."""


def addresses(prefix: str, rows: Rows) -> list[URLPattern]:
    """Every row's address, named ``prefix`` and the row's own end."""
    return [
        address(route, view, name=f"{prefix}_{name}", needs=needs)
        for route, view, name, needs in rows
    ]


def address(route: str, view: View, *, name: str, needs: tuple[str, ...]) -> URLPattern:
    """An admin address: signed-in staff who hold every permission in ``needs``.

    Anybody else gets 403; somebody who is not signed in gets the sign-in page.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perms(needs):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    # Resolved at each request: the site itself is made after this module is read.
    @wraps(view)
    def on_site(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return admin.site.admin_view(guarded)(request, *args, **kwargs)

    return path(route, on_site, name=name)


def staff(request: HttpRequest) -> User:
    """Who is signed in: an admin page has no other visitor."""
    return cast(User, request.user)


def draw(
    request: HttpRequest, template: str, *, title: str, **context: Any
) -> TemplateResponse:
    """The template inside the admin's frame; ``title`` is the page's heading."""
    request.current_app = admin.site.name
    frame = admin.site.each_context(request)
    return TemplateResponse(request, template, {**frame, "title": title, **context})
