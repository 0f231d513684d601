"""The documents and their pages; none needs a network."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from frapi.apps.http import websocket_url
from frapi.apps.reference.asyncapi import asyncapi_document
from frapi.apps.reference.page import page_of

# Everything of the pages comes from this server; a browser refuses whatever would not.
_SWAGGER_POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class OpenApiView(SpectacularAPIView):
    """``/api/schema/``: JSON, or YAML for who asks for it."""

    renderer_classes = [OpenApiJsonRenderer, OpenApiYamlRenderer]


class SwaggerView(SpectacularSwaggerSplitView):
    """``/docs/``: Swagger UI."""

    url_name = "schema"
    template_name = "reference/swagger.html"
    http_method_names = ["get", "head"]  # its renderer has no page for the answer to OPTIONS

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response["Content-Security-Policy"] = _SWAGGER_POLICY
        return super().finalize_response(request, response, *args, **kwargs)


class AsyncApiJsonRenderer(JSONRenderer):
    media_type = "application/asyncapi+json"


class AsyncApiYamlRenderer(OpenApiYamlRenderer):
    media_type = "application/asyncapi+yaml"


class PlainYamlRenderer(AsyncApiYamlRenderer):
    media_type = "application/yaml"


class AsyncApiView(APIView):
    """``/api/asyncapi/``: JSON, or YAML for who asks for it."""

    authentication_classes = ()
    permission_classes = ()
    renderer_classes = [AsyncApiJsonRenderer, JSONRenderer, AsyncApiYamlRenderer, PlainYamlRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response(asyncapi_document(websocket_url(request, "")))


@require_safe
def websocket_page(request: HttpRequest) -> HttpResponse:
    """``/docs/websocket/``: the AsyncAPI document for people."""
    page = page_of(asyncapi_document(websocket_url(request, "")))
    response = render(request, "reference/websocket.html", page)
    response["Content-Security-Policy"] = _PAGE_POLICY
    return response
