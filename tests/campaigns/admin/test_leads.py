"""Every page that the admin draws by itself begins with what it is for."""

import pytest
from django.contrib import admin
from django.urls import reverse

from devices.admin.leads import Led
from tests import builders

pytestmark = pytest.mark.django_db

LED = [model for model, each in admin.site._registry.items() if isinstance(each, Led)]


@pytest.mark.parametrize("model", LED, ids=lambda model: model._meta.label_lower)
def test_a_list_says_what_it_is_for(client, model):
    client.force_login(builders.user(is_superuser=True))
    about = str(admin.site._registry[model].lead)
    app, name = model._meta.app_label, model._meta.model_name

    page = client.get(reverse(f"admin:{app}_{name}_changelist")).content.decode()

    assert about[:40] in page
