"""The pages of this room in the top bar."""

from sanxiang.web.nav import register

register("开始", "/welcome/", ("administrator",), 5, "flag")
register("人员", "/people/", ("administrator", "supervisor"), 60, "users")
