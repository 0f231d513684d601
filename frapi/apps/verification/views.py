"""The session API for the relying party's backend."""

from __future__ import annotations

from dataclasses import asdict

from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from frapi.apps.accounts.authentication import client_of
from frapi.apps.http import websocket_url
from frapi.apps.templates.models import FaceTemplate
from frapi.apps.templates.services import list_users
from frapi.apps.verification import examples, services
from frapi.apps.verification.messages import utc_timestamp
from frapi.apps.verification.routing import websocket_path
from frapi.apps.verification.serializers import (
    AuthenticationCreatedSerializer,
    AuthenticationRequestSerializer,
    EnrollmentCreatedSerializer,
    EnrollmentRequestSerializer,
    ErasureReceiptSerializer,
    SessionResultSerializer,
    UserSerializer,
    session_result,
)
from frapi.errors import NotFound

NO_STORE = {"Cache-Control": "no-store"}  # the token in it is an authority


class EnrollmentView(APIView):
    """Sessions that enroll a user."""

    @extend_schema(
        operation_id="create_enrollment",
        tags=["sessions"],
        summary="Create an enrollment session",
        description="A user who is enrolled already keeps his template until the new one is complete.",
        request=EnrollmentRequestSerializer,
        responses={201: EnrollmentCreatedSerializer, 400: examples.INVALID, 401: examples.UNAUTHORIZED},
        examples=[examples.ENROLLMENT_REQUEST, examples.ENROLLMENT_CREATED],
    )
    def post(self, request: Request) -> Response:
        wanted = EnrollmentRequestSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        created = services.create_enrollment(client_of(request), **wanted.validated_data)
        session = created.session
        body = {
            "session_token": created.token,
            "enrollment_id": str(session.id),
            "status": session.status,
            "target_samples": session.policy["target_frames"],
            "expires_at": utc_timestamp(session.expires_at),
            "websocket_url": websocket_url(request, websocket_path(created.token)),
            "message": "Enrollment session created. Stream frames to continue.",
        }
        return Response(body, status=201, headers=NO_STORE)


class AuthenticationView(APIView):
    """Sessions that verify or identify a user."""

    @extend_schema(
        operation_id="create_authentication",
        tags=["sessions"],
        summary="Create a verification or identification session",
        description="With `user_id`: is it this user? Without: who is it, out of all users of this API client?",
        request=AuthenticationRequestSerializer,
        responses={
            201: AuthenticationCreatedSerializer,
            400: examples.INVALID,
            401: examples.UNAUTHORIZED,
            403: examples.FORBIDDEN,
            404: examples.NO_SUCH_USER,
            429: examples.LOCKED,
        },
        examples=[
            examples.VERIFICATION_REQUEST,
            examples.IDENTIFICATION_REQUEST,
            examples.AUTHENTICATION_CREATED,
        ],
    )
    def post(self, request: Request) -> Response:
        wanted = AuthenticationRequestSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        created = services.create_authentication(client_of(request), **wanted.validated_data)
        session = created.session
        body = {
            "session_token": created.token,
            "status": session.status,
            "expires_at": utc_timestamp(session.expires_at),
            "session_type": session.kind,
            "websocket_url": websocket_url(request, websocket_path(created.token)),
            "message": "Authentication session created. Stream frames to continue.",
        }
        return Response(body, status=201, headers=NO_STORE)


class SessionView(APIView):
    """One session of the client's."""

    @extend_schema(
        operation_id="get_session",
        tags=["sessions"],
        summary="Read a session's status and result",
        description="Ask here what came of a session; a browser's word for it is worth nothing.",
        responses={200: SessionResultSerializer, 401: examples.UNAUTHORIZED, 404: examples.NO_SUCH_SESSION},
        examples=[examples.RECOGNIZED_SESSION],
    )
    def get(self, request: Request, session_token: str) -> Response:
        return Response(session_result(services.get_session(client_of(request), session_token)))

    @extend_schema(
        operation_id="cancel_session",
        tags=["sessions"],
        summary="Cancel an open session",
        responses={
            200: SessionResultSerializer,
            401: examples.UNAUTHORIZED,
            404: examples.NO_SUCH_SESSION,
            410: examples.HAS_ENDED,
        },
    )
    def delete(self, request: Request, session_token: str) -> Response:
        return Response(session_result(services.cancel_session(client_of(request), session_token)))


class UserPagination(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class UserListView(ListAPIView[FaceTemplate]):
    """The client's users."""

    serializer_class = UserSerializer
    pagination_class = UserPagination

    @extend_schema(
        operation_id="list_users",
        tags=["users"],
        summary="List enrolled users",
        responses={200: UserSerializer(many=True), 401: examples.UNAUTHORIZED, 404: examples.NO_SUCH_PAGE},
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(list_users(client_of(request).id))
        return self.get_paginated_response(UserSerializer(page, many=True).data)


class UserView(APIView):
    """One user of the client's."""

    @extend_schema(
        operation_id="get_user",
        tags=["users"],
        summary="Read what is enrolled of a user",
        responses={200: UserSerializer, 401: examples.UNAUTHORIZED, 404: examples.NO_SUCH_USER},
    )
    def get(self, request: Request, user_id: str) -> Response:
        template = list_users(client_of(request).id).filter(user_id=user_id).first()
        if template is None:
            raise NotFound("User not found", details={"field": "user_id"})
        return Response(UserSerializer(template).data)

    @extend_schema(
        operation_id="erase_user",
        tags=["users"],
        summary="Erase a user",
        description=(
            "Removes his templates, index entries and the samples of his sessions, cancels those that are open, and "
            "takes his name out of the others. Images are never stored. The receipt counts what was removed."
        ),
        responses={200: ErasureReceiptSerializer, 401: examples.UNAUTHORIZED, 404: examples.NO_SUCH_USER},
    )
    def delete(self, request: Request, user_id: str) -> Response:
        receipt = services.erase_user(client_of(request), user_id)
        return Response(asdict(receipt) | {"erased_at": utc_timestamp(receipt.erased_at)})
