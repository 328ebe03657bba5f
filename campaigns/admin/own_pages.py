"""Models whose pages are our own; only their addresses and rights are the admin's."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from unfold.admin import ModelAdmin

from campaigns.admin.asking import number_of


class OwnPages(ModelAdmin):
    """Draws with `list_page` and `form_page`; nothing is deleted on the admin's way."""

    def list_page(self, request: HttpRequest) -> HttpResponse:
        """The page of the list, for whoever may view."""
        raise NotImplementedError

    def form_page(self, request: HttpRequest, row: Any) -> HttpResponse:
        """The page of one row, or of a new one (None). Without one: the list."""
        return redirect(f"admin:{self._prefix}_changelist")

    @property
    def _prefix(self) -> str:
        """How the names of its addresses begin."""
        options = self.model._meta
        return f"{options.app_label}_{options.model_name}"

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.list_page(request)

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self.form_page(request, None)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_queryset(request)
        return self.form_page(request, get_object_or_404(rows, pk=number_of(object_id)))
