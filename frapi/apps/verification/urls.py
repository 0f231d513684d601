from __future__ import annotations

from django.urls import path, re_path

from frapi.apps.verification.views import (
    AuthenticationView,
    EnrollmentView,
    SessionView,
    UserListView,
    UserView,
)

urlpatterns = [
    path("enrollment/", EnrollmentView.as_view(), name="enrollment"),
    path("authentication/", AuthenticationView.as_view(), name="authentication"),
    path("sessions/<str:session_token>/", SessionView.as_view(), name="session"),
    path("users/", UserListView.as_view(), name="users"),
    re_path(r"^users/(?P<user_id>[A-Za-z0-9._@:+-]{1,128})/$", UserView.as_view(), name="user"),
]
