"""One line above the pages that the admin draws by itself: what they are for."""

from django.utils.functional import Promise


class Led:
    """A ModelAdmin whose list and form begin with ``lead``, in its reader's words."""

    lead: str | Promise = ""
    list_before_template = "admin/pushsite/model_lead.html"
    change_form_before_template = "admin/pushsite/model_lead.html"
