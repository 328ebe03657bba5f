"""The branded admin site."""

from unfold.sites import UnfoldAdminSite


class PushsiteAdminSite(UnfoldAdminSite):
    """Unfold's admin site under our name."""
