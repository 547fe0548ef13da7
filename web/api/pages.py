"""The page: static files of the built user interface, and its one HTML document for every other path."""

from __future__ import annotations

import mimetypes
import secrets
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from web.api.errors import MissingError
from web.api.security import policy_with_nonce

mimetypes.add_type("application/manifest+json", ".webmanifest")

DIST = Path(__file__).parent.parent / "ui" / "dist"
NONCE_MARK = "__CSP_NONCE__"
FOLDERS = ("assets", "flags")
FOREVER = "public, max-age=31536000, immutable"


class Page:
    """Serves ``folder`` (Vite's output). Files under ``assets`` have their hash in the name and never change."""

    def __init__(self, folder: Path = DIST) -> None:
        self._folder = folder.resolve()
        self._html: tuple[float, str] | None = None

    @web.middleware
    async def fall_back(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Middleware: a GET that no route answers, outside the API, is the page's."""
        try:
            return await handler(request)
        except web.HTTPNotFound:
            if request.method not in ("GET", "HEAD") or request.path.startswith("/api/"):
                raise
        return self.serve(request.path.lstrip("/"))

    def serve(self, name: str) -> web.StreamResponse:
        """The file ``name`` of the folder, or the HTML document for a path of the page's own. Raises MissingError."""
        file = self._file(name)
        if file is not None:
            caching = FOREVER if name.startswith("assets/") else "no-cache"
            return web.FileResponse(file, headers={"Cache-Control": caching})
        folder, _, last = name.rpartition("/")
        if folder in FOLDERS or (not folder and "." in last):  # deeper a dot is a name's: /settings/people/ana.ruiz
            raise MissingError
        return self._document()

    def _file(self, name: str) -> Path | None:
        if not name or name == "index.html" or "\x00" in name or len(name) > 300:
            return None
        file = (self._folder / name).resolve()
        return file if file.is_relative_to(self._folder) and file.is_file() else None

    def _document(self) -> web.Response:
        file = self._folder / "index.html"
        try:
            changed = file.stat().st_mtime
            if self._html is None or self._html[0] != changed:
                self._html = changed, file.read_text(encoding="utf-8")
        except OSError:
            raise MissingError("the page is not built; build it with: make run") from None
        nonce = secrets.token_urlsafe(16)
        return web.Response(
            text=self._html[1].replace(NONCE_MARK, nonce),
            content_type="text/html",
            headers={"Content-Security-Policy": policy_with_nonce(nonce), "Cache-Control": "no-cache"},
        )
