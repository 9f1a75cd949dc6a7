"""Serves /static/: kept for a year under an address with the content's mark, asked again without one."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from sanxiang.web import assets

TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".map": "application/json"}


async def serve(request: Request) -> Response:
    """The file, 304 when the browser has it, 404."""
    file = assets.find(request.path_params["path"])
    if file is None or any(part.startswith(".") for part in request.path_params["path"].split("/")):
        return PlainTextResponse("没有这个文件", 404)
    lasting = bool(request.query_params.get("v"))
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if lasting else "no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    response = FileResponse(file, headers=headers, media_type=TYPES.get(file.suffix), stat_result=file.stat())
    if request.headers.get("if-none-match") == response.headers["etag"]:
        return Response(status_code=304, headers={**headers, "ETag": response.headers["etag"]})
    return response
