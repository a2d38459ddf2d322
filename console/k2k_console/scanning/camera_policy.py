"""The security headers of the scan page: the strict policy of every page, and the camera with its local reader of bar
codes."""

from __future__ import annotations

from werkzeug.wrappers import Response

from k2k_console.security import CONTENT_POLICY, HEADERS

WASM = "'wasm-unsafe-eval'"
"""Lets a page compile WebAssembly, and nothing else that `unsafe-eval` would."""

SCAN_POLICY = CONTENT_POLICY.replace("script-src 'self'", f"script-src 'self' {WASM}; worker-src 'self'")
SCAN_PERMISSIONS = HEADERS["Permissions-Policy"].replace("camera=()", "camera=(self)")


def allow_camera(response: Response) -> Response:
    """The response with the headers of the scan page."""
    response.headers["Content-Security-Policy"] = SCAN_POLICY
    response.headers["Permissions-Policy"] = SCAN_PERMISSIONS
    return response
