"""Gives every request an id that its events and log lines share."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from audit import request_id


class RequestIdMiddleware:
    """Names each request and tells the browser the name, so that a report can quote it.

    A name that arrives from outside is ignored: anybody could choose it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        name = request_id.fresh()
        with request_id.use(name):
            response = self.get_response(request)
        response["X-Request-ID"] = name
        return response
