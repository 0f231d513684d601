from __future__ import annotations

from django.urls import include, path, re_path, register_converter
from django.views.generic import RedirectView

from frapi.apps.console.views import integration, overview, sessions, signing, trying, users
from frapi.liveness.types import SessionKind


class KindConverter:
    """The kinds of sessions by the words that people use for them."""

    regex = "enrol|verify|identify"
    _kinds = {
        "enrol": SessionKind.ENROLLMENT,
        "verify": SessionKind.VERIFICATION,
        "identify": SessionKind.IDENTIFICATION,
    }

    def to_python(self, value: str) -> SessionKind:
        return self._kinds[value]

    def to_url(self, kind: SessionKind | str) -> str:
        return next(word for word, each in self._kinds.items() if each == kind)


register_converter(KindConverter, "kind")

_USER = r"(?P<user_id>[A-Za-z0-9._@:+-]{1,128})"

_pages = [
    path("", overview.overview, name="overview"),
    path("sign-in/", signing.sign_in, name="sign-in"),
    path("sign-out/", signing.sign_out, name="sign-out"),
    path("clients/", signing.clients, name="clients"),
    path("try/<kind:kind>/", trying.trial, name="trial"),
    path("try/<kind:kind>/session/", trying.create_session, name="create-session"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/<uuid:session_id>/", sessions.session, name="session"),
    path("sessions/<uuid:session_id>/result/", sessions.session_result_page, name="session-result"),
    path("sessions/<uuid:session_id>/cancel/", sessions.cancel_session, name="cancel-session"),
    path("users/", users.users, name="users"),
    re_path(rf"^users/{_USER}/$", users.user, name="user"),
    re_path(rf"^users/{_USER}/erase/$", users.erase, name="erase-user"),
    path("integrate/", integration.integrate, name="integrate"),
]

urlpatterns = [
    path("", signing.front_door),
    path("console", RedirectView.as_view(url="/console/")),
    path("console/", include((_pages, "console"))),
]
