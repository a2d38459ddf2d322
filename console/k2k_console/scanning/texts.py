"""The words that the script of the scan page shows by itself: what waits, and what the camera says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from k2k_console.translations import later

_TEXTS: Mapping[str, Any] = {
    "offline": later("No network. Go on scanning: what you scan is sent by itself, and nothing counts twice."),
    "waiting": (
        later("%(count)s box waits. Go on scanning: it is sent by itself, and nothing counts twice."),
        later("%(count)s boxes wait. Go on scanning: they are sent by themselves, and nothing counts twice."),
    ),
    "others": (
        later("%(count)s box that %(name)s scanned waits on this device."),
        later("%(count)s boxes that %(name)s scanned wait on this device."),
    ),
    "logged_out": (
        later("You are logged out. %(count)s box waits and is sent once you are logged in."),
        later("You are logged out. %(count)s boxes wait and are sent once you are logged in."),
    ),
    "kept": later("Waits for the network"),
    "boxes": (later("%(count)s box"), later("%(count)s boxes")),
    "sent": (later("%(count)s box sent"), later("%(count)s boxes sent")),
    "aside": (later("%(count)s box to put aside"), later("%(count)s boxes to put aside")),
    "all_sent": later("Everything that waited has been sent."),
    "refused": later("Not counted: scan it again"),
    "full": later("Not taken: this browser stores nothing more"),
    "not_allowed": later("Your roles no longer include scanning"),
    "no_camera": later("No camera"),
    "camera_failed": later("The camera cannot be read. Scan with the field."),
    "NotAllowedError": later("The browser does not let this page use the camera. Allow it beside the address."),
    "NotFoundError": later("This device has no camera that is free. Scan with the field."),
    "SecurityError": later("The camera needs a secure address (https). Scan with the field."),
}


def script_texts() -> dict[str, Any]:
    """The texts in the language of the reader; those of a number of boxes are two: of one, and of any other."""
    return {name: [str(one) for one in said] if isinstance(said, tuple) else str(said) for name, said in _TEXTS.items()}
