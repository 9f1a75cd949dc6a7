"""The desk in the top bar."""

from sanxiang.web.nav import register

register("工作台", "/desk/", ("agent",), 10, "phone")
