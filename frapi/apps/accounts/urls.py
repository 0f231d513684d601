from __future__ import annotations

from django.urls import path

from frapi.apps.accounts.views import ClientAuthenticationView

urlpatterns = [path("client/", ClientAuthenticationView.as_view(), name="authenticate-client")]
