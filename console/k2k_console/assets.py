"""The console's own files: each is addressed with a digest of its content, so that browsers may store it for good."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from flask import Flask, request, url_for
from werkzeug.wrappers import Response

ADDRESSES = 500
"""How many addresses of files are cached: a page has dozens of icons, and `url_for` takes longer than the rest of
each."""

STORED_FOR_GOOD = "public, max-age=31536000, immutable"
_ICON = re.compile(r'<symbol id="i-([a-z0-9-]+)"')


class Assets:
    """The files of a folder, by their names, with the digests of their contents."""

    def __init__(self, folder: Path) -> None:
        self.digests = {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        self._at = lru_cache(ADDRESSES)(self._under)
        self.icons = frozenset(_ICON.findall((folder / "icons.svg").read_text("utf-8")))

    def address(self, name: str) -> str:
        """The address of a file, which changes with its content. Raises `KeyError` for a file that is not there."""
        return self._at(request.script_root, name)

    def _under(self, _root: str, name: str) -> str:
        # The root is the key of the cache; `url_for` takes it from the request.
        return url_for("static", filename=name, v=self.digests[name])

    def icon(self, name: str) -> str:
        """The address of an icon within the one file of icons. Raises `KeyError` for an icon that is not in it."""
        if name not in self.icons:
            raise KeyError(name)
        return f"{self.address('icons.svg')}#i-{name}"


def init_assets(app: Flask) -> None:
    """Serve an application's files with their digests; templates use `asset("app.css")` and `icon("search")`."""
    assets = Assets(Path(str(app.static_folder)))
    app.jinja_env.globals.update(asset=assets.address, icon=assets.icon)

    def store_for_good(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code == 200:
            wanted = (request.view_args or {}).get("filename", "")
            if request.args.get("v") == assets.digests.get(wanted):
                response.headers["Cache-Control"] = STORED_FOR_GOOD
        return response

    app.after_request(store_for_good)
