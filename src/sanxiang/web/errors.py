"""What does a person read when something fails? What happened, and what to do now."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from sanxiang.web.access import wants_page, who


def page(request: HttpRequest, status: int, code: str, title: str, cure: str, detail: str = "") -> HttpResponse:
    """An error page, or the same four things as JSON for a script."""
    if not wants_page(request):
        return JsonResponse({"ok": False, "problems": [{"code": code, "problem": title, "cure": cure}]}, status=status)
    words = {"status": status, "title": title, "cure": cure, "detail": detail}
    return render(request, "web/error.html", words, status=status)


@who.anyone
def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return page(request, 400, "bad_request", "这个请求我们看不懂", "请返回上一页再试；若是自己输入的网址，请核对。")


@who.anyone
def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    cure = "如果工作需要，请管理员在“人员”页给您加上相应的角色；也可以换一个账号登录。"
    return page(request, 403, "forbidden", "您不能看这一页", cure, str(exception or ""))


@who.anyone
def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return page(request, 404, "not_found", "没有这一页", "网址可能写错了，或者内容已经移走。从上面的导航重新进入。")


@who.anyone
def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    cure = "多半是页面开得太久，或者登录换了人。请刷新页面后再做一次；填写的内容请先复制。"
    return page(request, 403, "csrf", "这一步没有通过安全核对", cure)


@who.anyone
def failed(request: HttpRequest) -> HttpResponse:
    """Must work when nearly nothing does: no session, no database, no context."""
    title, cure = "系统出错了", "请稍后再试。若一再出现，请管理员运行 sanxiang doctor，并查看数据文件夹里的 logs/web.log。"
    if not wants_page(request):
        problem = {"code": "failed", "problem": title, "cure": cure}
        return JsonResponse({"ok": False, "problems": [problem]}, status=500)
    from django.template.loader import render_to_string

    return HttpResponse(render_to_string("web/failed.html", {"title": title, "cure": cure}), status=500)
